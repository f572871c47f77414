/** The emoji of the picker: emojibase's data, served by ourselves, without what cannot be drawn. */
import deMessages from "emojibase-data/de/messages.json?url";
import de from "emojibase-data/de/data.json?url";
import enMessages from "emojibase-data/en/messages.json?url";
import en from "emojibase-data/en/data.json?url";
import type { EmojiData, EmojiDataResolver } from "frimousse";

/** As far as we read it: https://emojibase.dev/docs/datasets */
interface Entry {
  readonly emoji: string;
  readonly label: string;
  readonly version: number;
  readonly group?: number;
  readonly subgroup?: number;
  readonly order?: number;
  readonly tags?: readonly string[];
  readonly skins?: readonly { readonly emoji: string; readonly tone: number | readonly number[] }[];
}
interface Named {
  readonly key: string;
  readonly message: string;
  readonly order: number;
}
interface Messages {
  readonly groups: readonly Named[];
  readonly subgroups: readonly Named[];
  readonly skinTones: readonly Pick<Named, "key" | "message">[];
}

/** Languages without data of their own (Arabic) search in English. */
const FILES = { en: [en, enMessages], de: [de, deMessages] } as const;
const TONES = ["light", "medium-light", "medium", "medium-dark", "dark"] as const;

export const emojiData: EmojiDataResolver = async (locale, { signal }) => {
  const [data, names] = locale === "de" ? FILES.de : FILES.en;
  const options = signal ? { signal } : {};
  const load = async <T>(url: string): Promise<T> =>
    (await (await fetch(url, options)).json()) as T;
  const [entries, messages] = await Promise.all([
    load<readonly Entry[]>(data),
    load<Messages>(names),
  ]);
  return shaped(locale, entries, messages);
};

function shaped(locale: string, entries: readonly Entry[], messages: Messages): EmojiData {
  // Building blocks (skin tones, hair) are no emoji by themselves.
  const parts = messages.groups.find((group) => group.key === "component")?.order;
  const countries = messages.subgroups.find((group) => group.key === "country-flag")?.order;
  const newest = newestDrawn();
  const flags = drawn("🇩🇪");
  const emojis = entries
    .filter((it) => it.group !== undefined && it.group !== parts && it.version <= newest)
    .filter((it) => flags || it.subgroup !== countries)
    .sort((one, other) => (one.order ?? 0) - (other.order ?? 0))
    .map(({ emoji, label, version, group, tags, skins }) => ({
      emoji,
      label,
      version,
      category: group!,
      tags: [...(tags ?? [])],
      ...(skins && { skins: toned(skins, emoji) }),
    }));
  const categories = messages.groups
    .filter((group) => group.order !== parts)
    .map(({ order, message }) => ({ index: order, label: capital(message, locale) }));
  const skinTones = Object.fromEntries(messages.skinTones.map((it) => [it.key, it.message]));
  return { locale, emojis, categories, skinTones: skinTones as EmojiData["skinTones"] };
}

function toned(skins: NonNullable<Entry["skins"]>, emoji: string) {
  const tones = TONES.map((tone, index) => {
    const found = skins.find((skin) => skin.tone === index + 1);
    return [tone, found?.emoji ?? emoji];
  });
  return Object.fromEntries(tones) as Record<(typeof TONES)[number], string>;
}

function capital(text: string, locale: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}

/** One emoji of each version, newest first. */
const SAMPLES = [
  [17, "\u{1fac8}"],
  [16, "🫩"],
  [15.1, "🐦‍🔥"],
  [15, "🫨"],
  [14, "🫠"],
  [13.1, "😮‍💨"],
  [13, "🥲"],
] as const;

function newestDrawn(): number {
  return SAMPLES.find(([, sample]) => drawn(sample))?.[0] ?? 12.1;
}

/** Whether it is one picture: as wide as a known one, and with colours of its own. */
function drawn(emoji: string): boolean {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return false;
  context.font = '16px "Apple Color Emoji", "Segoe UI Emoji", "Noto Color Emoji", sans-serif';
  if (context.measureText(emoji).width > 1.5 * context.measureText("😀").width) return false;
  const [red, blue] = ["#f00", "#00f"].map((colour) => {
    context.clearRect(0, 0, 20, 20);
    context.fillStyle = colour;
    context.fillText(emoji, 0, 16);
    return context.getImageData(0, 0, 20, 20).data.join();
  });
  return red === blue && /[1-9]/.test(red ?? "");
}
