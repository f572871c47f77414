import i18next from "i18next";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import ar from "./ar/files.json";
import de from "./de/files.json";
import en from "./en/files.json";
import { fileEnding, fileFacts, fileName, fileSize, fileTitle, fileWords, playTime } from "./files";

vi.stubGlobal("navigator", { languages: ["en-GB", "de"] });
beforeAll(async () => {
  await i18next.init({
    lng: "en",
    interpolation: { escapeValue: false },
    resources: { en: { files: en }, de: { files: de }, ar: { files: ar } },
  });
});
beforeEach(() => i18next.changeLanguage("en"));

it.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1000, "1 kB"],
  [999_499, "999 kB"],
  [999_500, "1 MB"],
  [1_250_000, "1.3 MB"],
  [99_960_000, "100 MB"],
  [2_147_483_648, "2.1 GB"],
])("%d bytes are %s", (bytes, words) => {
  expect(fileSize(bytes)).toBe(words);
});

it.each([
  [0, "0:00"],
  [11_600, "0:12"],
  [59_700, "1:00"],
  [3_723_000, "1:02:03"],
])("%d ms are %s on a player", (milliseconds, words) => {
  expect(playTime(milliseconds)).toBe(words);
});

it("a file says what it is where nobody wrote words with it", async () => {
  const file = { name: "list.pdf", duration: 12_000 };
  const said = () =>
    (["photo", "video", "voice", "document"] as const).map((kind) => fileWords({ ...file, kind }));
  expect(said()).toEqual(["Photo", "Video", "Voice message 0:12", "list.pdf"]);
  await i18next.changeLanguage("de");
  expect(said()).toEqual(["Foto", "Video", "Sprachnachricht 0:12", "list.pdf"]);
});

it("no name hides its ending, breaks its line or is nothing", () => {
  expect(fileName("holiday\u202egpj.exe")).toBe("holidaygpj.exe");
  expect(fileName("a\nb\u0000.txt")).toBe("a b.txt");
  expect(fileName("\u202e\u2066")).toBe("Unnamed file");
  expect(["a.tar.gz", "README", "x.<b>", "photo.JPG"].map(fileEnding)).toEqual([
    "GZ",
    "",
    "",
    "JPG",
  ]);
});

it("of a long name the middle is left out, and it is saved whole", () => {
  const name = `${"minutes of the meeting ".repeat(8)}final (2).tar.gz`;
  expect(fileTitle(name)).toBe("minutes of the meeting minutes of the mee…g final (2).tar.gz");
  expect([fileName(name), fileEnding(name)]).toEqual([name, "GZ"]);
  expect(fileTitle(`${"🚀".repeat(80)}.gz`)).toMatch(/^(🚀)+…(🚀)+\.gz$/u);
  expect(fileTitle("figures.csv")).toBe("figures.csv");
});

it("what an ending is stands before the size, in whichever direction one reads", async () => {
  const said = () => [fileFacts("list.pdf", 100_000), fileFacts("README", 5)];
  expect(said()).toEqual(["PDF · 100 kB", "5 bytes"]);
  await i18next.changeLanguage("ar");
  expect(said()[0]).toMatch(/^\u2068PDF\u2069 · /u);
});
