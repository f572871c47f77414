import { expect, it } from "vitest";
import { lookOf } from "./look";

const SYSTEM = { theme: "system", contrast: "system", motion: "system" } as const;

it("leaves the theme to the system until it is chosen", () => {
  expect(lookOf(SYSTEM, "en", () => false)["data-theme"]).toBeNull();
  expect(lookOf({ ...SYSTEM, theme: "dark" }, "en", () => false)["data-theme"]).toBe("dark");
});

it("follows the system's wish for contrast and stillness, and the person's own", () => {
  const wished = lookOf(SYSTEM, "en", () => true);
  const asked = lookOf({ theme: "light", contrast: "more", motion: "less" }, "en", () => false);
  for (const look of [wished, asked]) {
    expect([look["data-contrast"], look["data-motion"]]).toEqual(["more", "less"]);
  }
});

it("writes Arabic from the right", () => {
  expect(lookOf(SYSTEM, "ar", () => false)).toMatchObject({ lang: "ar", dir: "rtl" });
});
