import { expect, it } from "vitest";
import { grouped } from "./recipients";

it("puts each recipient where they have come to, the latest first", () => {
  const people = [
    { user: "waits" },
    { user: "read", delivered_at: 1, read_at: 5 },
    { user: "read later", delivered_at: 2, read_at: 9 },
    { user: "has it", delivered_at: 3 },
    { user: "away", failed: "unreachable", failed_at: 4 },
    { user: "came back", failed: "expired", failed_at: 4, delivered_at: 8 },
  ] as const;
  expect(grouped(people).map(([group, members]) => [group, members.map((it) => it.user)])).toEqual([
    ["read", ["read later", "read"]],
    ["delivered", ["came back", "has it"]],
    ["waiting", ["waits"]],
    ["failed", ["away"]],
  ]);
});
