import { describe, expect, it } from "vitest";
import { SHORTCUTS, keyCaps, pressed } from "./shortcuts";

type Keys = Partial<KeyboardEvent>;

const press = (keys: Keys) =>
  pressed({ code: "", ctrlKey: false, altKey: false, shiftKey: false, ...keys } as KeyboardEvent);

describe("a pressed key", () => {
  it.each([
    [{ key: "k", code: "KeyK", ctrlKey: true }, "mod+k"],
    [{ key: "?", code: "Slash", shiftKey: true }, "?"],
    [{ key: "?", code: "Minus", shiftKey: true }, "?"],
    [{ key: "N", code: "KeyN", altKey: true, shiftKey: true }, "alt+shift+n"],
    [{ key: "ArrowDown", code: "ArrowDown", altKey: true }, "alt+arrowdown"],
    [{ key: "Escape", code: "Escape" }, "escape"],
  ])("%o is written %s", (keys: Keys, written) => {
    expect(press(keys)).toBe(written);
  });

  it("is its letter where the layout writes another: Option on a Mac, an Arabic keyboard", () => {
    expect(press({ key: "˜", code: "KeyN", altKey: true })).toBe("alt+n");
    expect(press({ key: "Dead", code: "KeyI", altKey: true })).toBe("alt+i");
    expect(press({ key: "ن", code: "KeyK", ctrlKey: true })).toBe("mod+k");
  });

  it("goes by the letter and not by its place: Dvorak", () => {
    expect(press({ key: "k", code: "KeyV", ctrlKey: true })).toBe("mod+k");
  });
});

it("gives no key twice", () => {
  const keys = Object.values(SHORTCUTS).map((shortcut) => shortcut.keys);
  expect(new Set(keys).size).toBe(keys.length);
});

it("writes keys as they stand on the keyboard", () => {
  expect(keyCaps("mod+k")).toEqual(["Ctrl", "K"]);
});
