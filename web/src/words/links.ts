/**
 * Addresses in a text. Only http, https and mailto lead anywhere, and none may look like another
 * place than the one it leads to: mixed scripts and invisible characters are shown as the browser
 * will ask for them (punycode, percent signs).
 */
import { linkifyit } from "linkify-it";

/** An address. `text` is as written, `shown` what may be shown of it, `href` where it leads. */
export interface LinkPart {
  readonly kind: "link";
  readonly text: string;
  readonly shown: string;
  readonly href: string;
}

const finder = linkifyit({ fuzzyLink: true, fuzzyEmail: true }).add("ftp:", null).add("//", null);
finder.set({ maxLength: 2048 });

const LEADS = new Set(["http:", "https:", "mailto:"]);

/** Ends of file names that are also countries: `main.py` is no address unless it says so. */
const FILE_ENDS = new Set("ai cc hs md mm ml pl pm ps pt py rs sh so st tf ts vi".split(" "));

/** An address and where it stands: [from, to). */
export interface FoundLink {
  readonly from: number;
  readonly to: number;
  readonly part: LinkPart;
}

/** All addresses of `text` in order, none overlapping. */
export function links(text: string): FoundLink[] {
  // Every address has one of these; most texts have none, and need no search.
  if (!/[.:@]/.test(text)) return [];
  return (finder.match(text) ?? []).flatMap((match) => {
    const raw = withoutMarks(match.raw);
    const part = link(raw, match.schema, match.url.slice(0, match.url.length - match.raw.length));
    return part ? [{ from: match.index, to: match.index + raw.length, part }] : [];
  });
}

/** Marks at the end belong to the formatting around the address: `*https://example.org*`. */
function withoutMarks(raw: string): string {
  let end = raw.length;
  while (end > 0 && "*_~".includes(raw.charAt(end - 1))) end--;
  return raw.slice(0, end);
}

function link(raw: string, schema: string, prefix: string): LinkPart | null {
  if (schema === "" && prefix !== "mailto:" && isNoHost(raw)) return null;
  // linkify-it completes a bare host with http://; nearly every host has https today.
  const url = parsed((prefix === "http://" ? "https://" : prefix) + raw);
  if (!url || !LEADS.has(url.protocol) || url.username || url.password) return null;
  return { kind: "link", text: raw, shown: honest(raw, url), href: url.href };
}

/** A file's name, a number, or two sentences without a space between them. */
function isNoHost(raw: string): boolean {
  if (/^www\.|\//i.test(raw)) return false;
  const end = raw.slice(raw.lastIndexOf(".") + 1);
  return FILE_ENDS.has(end.toLowerCase()) || /^\p{Lu}\p{Ll}/u.test(end) || /^\d+\.[^.]*$/.test(raw);
}

function parsed(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

/** What to show of an address: as written, unless that could pass for another place. */
function honest(raw: string, url: URL): string {
  if (/[\p{Cf}\p{Cc}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0]/u.test(raw)) return url.href;
  if (url.protocol === "mailto:")
    return suspicious(raw.slice(raw.lastIndexOf("@") + 1)) ? url.href : raw;
  const host = /^(?:[a-z]+:\/\/)?([^/?#:]*)/i.exec(raw)?.[1] ?? "";
  return suspicious(host) ? raw.replace(host, url.hostname) : raw;
}

/** Letters of other scripts that look like Latin ones: names made of these alone deceive. */
const LOOKALIKES = /^[авсԁеһіјӏкмнорԛѕтԝхуүҽѵοανιρυτκωѡ\d-]+$/u;
const SCRIPTS = [
  "Latin",
  "Cyrillic",
  "Greek",
  "Armenian",
  "Hebrew",
  "Arabic",
  "Thai",
  "Devanagari",
];
const ONE_SCRIPT = [
  ...SCRIPTS.map((script) => `\\p{Script=${script}}`),
  // The sets that Japanese, Chinese and Korean names mix by custom (UTS 39, highly restrictive).
  "\\p{Script=Latin}\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー",
  "\\p{Script=Latin}\\p{Script=Han}\\p{Script=Hangul}",
].map((letters) => new RegExp(`^[${letters}\\p{Script=Inherited}\\d_-]*$`, "u"));

function suspicious(host: string): boolean {
  // eslint-disable-next-line no-control-regex
  if (/^[\x00-\x7F]*$/.test(host)) return false;
  const labels = host.toLowerCase().split(/[.。．｡]/u);
  const top = labels.at(-1) ?? "";
  return labels.some(
    (label) =>
      // eslint-disable-next-line no-control-regex
      (/[^\x00-\x7F]/.test(label) && /^[a-z]*$/.test(top) && LOOKALIKES.test(label)) ||
      !ONE_SCRIPT.some((script) => script.test(label)),
  );
}
