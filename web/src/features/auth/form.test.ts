import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codeOf, safeNext, suggestHandle } from "./form";

describe("a handle", () => {
  it.each([
    ["Zoë van Dijk", "zoe.van.dijk"],
    ["Strauß", "strauss"],
    ["Al", ""],
    ["علي", ""],
  ])("is suggested for %s: %s", (name, handle) => {
    expect(suggestHandle(name)).toBe(handle);
  });

  it("that is suggested is always one that can be had", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (name) => {
        expect(suggestHandle(name)).toMatch(/^$|^[a-z0-9][a-z0-9._]{2,31}$/);
      }),
    );
  });
});

it("takes the code out of a pasted link", () => {
  expect(codeOf(" https://chat.example.org/invite/abcdefgh\n")).toBe("abcdefgh");
  expect(codeOf("abcdefgh")).toBe("abcdefgh");
});

it.each([
  ["", "/"],
  ["?next=/join/abc", "/join/abc"],
  ["?next=//evil.example", "/"],
  ["?next=/%5Cevil.example", "/"],
  ["?next=https://evil.example", "/"],
])("goes on from %j to %s", (search, place) => {
  expect(safeNext(search)).toBe(place);
});
