import i18next from "i18next";
import { beforeAll, expect, it, vi } from "vitest";
import { timeOfDay } from "./time";

beforeAll(async () => {
  await i18next.init({ lng: "en", resources: {} });
});

it.each([
  ["en-GB", "en", "00:04", "14:05"],
  ["en-US", "en", "12:04 AM", "2:05 PM"],
  ["de-AT", "de", "00:04", "14:05"],
])("in %s the hour is written as everywhere there", async (tag, language, night, day) => {
  vi.stubGlobal("navigator", { languages: [tag] });
  await i18next.changeLanguage(language);
  const said = [
    [0, 4],
    [14, 5],
  ].map(([hour, minute]) => timeOfDay(new Date(2026, 4, 3, hour, minute).getTime()));
  expect(said.map((it) => it.replaceAll(/\s/gu, " "))).toEqual([night, day]);
});
