import { beforeAll, describe, expect, it } from "vitest";
import { cleanHandle, handleFault, passwordFault } from "./fields";
import { load } from "./language";

beforeAll(() => load("en"));

describe("a handle", () => {
  it("loses what one types out of habit", () => {
    expect(cleanHandle("@Ada Lovelace ")).toBe("adalovelace");
  });

  it.each([
    ["", /^Type/],
    ["ab", /at least 3/],
    [".ada", /begin with/],
    ["ada!", /small letters/],
    ["ada.l_2", /^$/],
  ])("%j: %s", (handle, said) => {
    expect(handleFault(handle)).toMatch(said);
  });
});

it("counts what a password lacks", () => {
  expect(["1234567", "1234", "tea and biscuits", ""].map(passwordFault)).toEqual([
    "1 more character, please.",
    "4 more characters, please.",
    "",
    "Type your password.",
  ]);
});
