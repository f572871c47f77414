/** Files in words: what they are, how large, how long. */
import i18next from "i18next";
import { type FileKind, LIMITS } from "@/wire/types";
import { direction, locale } from "./language";
import { isolated, oneLine } from "./plain";

/** What is told of a file: the server's word for it, or one's own that is on its way. */
export interface Told {
  readonly kind: FileKind;
  readonly name: string;
  readonly duration?: number;
}

/** Two lines of a bubble; so much of it is the end. */
const [SHOWN, TAIL] = [60, 18];
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** '840 kB', '1.2 MB': with three digits at most. */
export function fileSize(bytes: number): string {
  let [size, unit] = [Math.max(0, bytes), 0];
  // 999.6 kB would be written as 1,000 kB.
  while (size >= (unit === 0 ? 1000 : 999.5) && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit: UNITS[unit]!,
    // English writes '5 byte' in short.
    unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits: unit > 1 && size < 99.95 ? 1 : 0,
  }).format(size);
}

/** '0:12', '1:02:03': as on the face of a player. */
export function playTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const two = new Intl.NumberFormat(locale(), { minimumIntegerDigits: 2 });
  const one = new Intl.NumberFormat(locale(), { useGrouping: false });
  const minutes = Math.floor(seconds / 60);
  const rest = two.format(seconds % 60);
  if (minutes < 60) return `${one.format(minutes)}:${rest}`;
  return `${one.format(Math.floor(minutes / 60))}:${two.format(minutes % 60)}:${rest}`;
}

/** The name under which a file is saved: on one line, nothing in it hides or turns a part of it. */
export function fileName(name: string): string {
  return oneLine(name, LIMITS.FILE_NAME_CHARS) || i18next.t("files:unnamed");
}

/** The name as it is shown: of a long one the middle is left out, so that its ending stands. */
export function fileTitle(name: string): string {
  const whole = Array.from(new Intl.Segmenter().segment(fileName(name)), (it) => it.segment);
  if (whole.length <= SHOWN) return whole.join("");
  const head = whole.slice(0, SHOWN - TAIL - 1).join("");
  return `${head.trimEnd()}…${whole.slice(-TAIL).join("").trimStart()}`;
}

/** 'PDF', 'TAR.GZ' is 'GZ'; '' for a name without an ending, or with one that is none. */
export function fileEnding(name: string): string {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(fileName(name))?.[1] ?? "";
  return ending.toUpperCase();
}

/** 'PDF · 1.2 MB': what stands below its name. */
export function fileFacts(name: string, bytes: number): string {
  const ending = isolated(fileEnding(name), direction(i18next.language) === "rtl");
  return [ending, fileSize(bytes)].filter(Boolean).join(" · ");
}

/** 'Photo', 'Video', 'Voice message 0:12', 'name.pdf': in place of words that go with it. */
export function fileWords({ kind, name, duration = 0 }: Told): string {
  switch (kind) {
    case "photo":
      return i18next.t("files:photo");
    case "video":
      return i18next.t("files:video");
    case "voice":
      return duration > 0
        ? i18next.t("files:voiceLong", { time: playTime(duration) })
        : i18next.t("files:voice");
    case "document":
      return fileTitle(name);
  }
}

/** What stands before the words that go with it, to be read aloud: 'Photo', 'Document'. */
export function kindWord(kind: FileKind): string {
  return i18next.t(`files:${kind}`);
}
