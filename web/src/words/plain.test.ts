import { describe, expect, it } from "vitest";
import { isolated, oneLine, withoutMarks } from "./plain";

describe("one line", () => {
  it("folds space and drops what turns the direction", () => {
    expect(oneLine(" a\n\tb\u202ec ")).toBe("a bc");
  });

  it("never cuts a character in two", () => {
    expect(oneLine("a".repeat(3) + "😀😀", 5)).toBe("aaa…");
  });
});

describe("without marks", () => {
  it.each([
    ["*bold* and _it *both*_", "bold and it both"],
    ["`code *stays*`", "code *stays*"],
    ["```\nx = 1\n```", "x = 1"],
    ["snake_case_name 2*3*4", "snake_case_name 2*3*4"],
    ["~gone~, ~ not ~", "gone, ~ not ~"],
    ["https://a.example/x_y_z_", "https://a.example/x_y_z_"],
  ])("%s", (text, plain) => {
    expect(withoutMarks(text)).toBe(plain);
  });
});

describe("isolation", () => {
  it("is for names of the other direction", () => {
    expect(isolated("Ada", false)).toBe("Ada");
    expect(isolated("Ada", true)).toBe("\u2068Ada\u2069");
    expect(isolated("אלי", true)).toBe("אלי");
  });
});
