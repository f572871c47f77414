/** Endings of file names, by what people do with such files; hues are those of the senders. */

const FAMILIES = [
  { name: "pdf", hue: 1, endings: "PDF" },
  { name: "text", hue: 8, endings: "DOC DOCX ODT RTF TXT MD PAGES TEX EPUB" },
  { name: "sheet", hue: 5, endings: "XLS XLSX ODS CSV TSV NUMBERS" },
  { name: "slides", hue: 2, endings: "PPT PPTX ODP KEY" },
  { name: "archive", hue: 3, endings: "ZIP GZ TGZ BZ2 XZ ZST TAR RAR 7Z" },
  {
    name: "code",
    hue: 9,
    endings: "JS TS PY JSON HTML CSS XML YAML YML TOML SQL SH C CPP RS GO JAVA",
  },
  { name: "image", hue: 6, endings: "JPG JPEG PNG GIF WEBP HEIC AVIF SVG TIFF BMP PSD" },
  { name: "sound", hue: 10, endings: "MP3 M4A OGG OPUS WAV FLAC AAC" },
  { name: "film", hue: 11, endings: "MP4 MOV MKV WEBM AVI M4V" },
] as const;

const OTHER = { name: "other", hue: 7 } as const;

type Family = { readonly name: (typeof FAMILIES)[number]["name"] | "other"; readonly hue: number };

const BY_ENDING = new Map<string, Family>(
  FAMILIES.flatMap((family) =>
    family.endings.split(" ").map((ending) => [ending, family] as const),
  ),
);

export function familyOf(ending: string): Family {
  return BY_ENDING.get(ending) ?? OTHER;
}
