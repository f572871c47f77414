import { expect, it } from "vitest";
import { inviteCode } from "./inviteCode";

it.each([
  ["https://chat.example/join/Zm9yLWEtZ29vZC1jaGlud2Fn", "Zm9yLWEtZ29vZC1jaGlud2Fn"],
  [" http://127.0.0.1:8000/join/abcd_efgh-1?x=1 ", "abcd_efgh-1"],
  ["https://chat.example/join/short", null],
  ["ada", null],
  ["join/", null],
])("%s", (text, code) => {
  expect(inviteCode(text)).toBe(code);
});
