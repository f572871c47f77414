import {
  File,
  FileArchive,
  FileCode,
  FileImage,
  FileMusic,
  FileSpreadsheet,
  FileText,
  FileVideoCamera,
  Presentation,
} from "lucide-react";
import type { CSSProperties } from "react";
import styles from "./FileIcon.module.css";
import { familyOf } from "./families";

const ICONS = {
  text: FileText,
  pdf: FileText,
  sheet: FileSpreadsheet,
  slides: Presentation,
  archive: FileArchive,
  code: FileCode,
  image: FileImage,
  sound: FileMusic,
  film: FileVideoCamera,
  other: File,
} as const;

/** What sort of file it is, told by the ending of its name alone: an icon and a colour. */
export function FileIcon({
  ending,
  size = 40,
}: {
  readonly ending: string;
  readonly size?: number;
}) {
  const family = familyOf(ending);
  const Icon = ICONS[family.name];
  const style = {
    inlineSize: `${size / 16}rem`,
    blockSize: `${size / 16}rem`,
    "--file": `var(--sender-${family.hue})`,
    "--file-ground": `var(--avatar-${family.hue})`,
  } as CSSProperties;
  return (
    <span className={styles["icon"]} style={style} aria-hidden>
      <Icon size="52%" strokeWidth={1.6} />
    </span>
  );
}
