import { expect, it } from "vitest";
import type { ChatEvent } from "@/wire/types";
import { rowsOf } from "./rows";

function event(seq: number, at: Date): ChatEvent {
  const body = { kind: "message", text: "" } as const;
  return { chat: "c", seq, at: at.getTime(), sender: "ada", count: seq, body };
}

it("begins a row with each month, and when one is full", () => {
  const events = [
    event(9, new Date(2026, 4, 3)),
    event(8, new Date(2026, 4, 2)),
    event(7, new Date(2026, 4, 1)),
    event(6, new Date(2026, 4, 1)),
    event(5, new Date(2026, 3, 30)),
  ];
  const sketch = rowsOf(events, 3).map((row) =>
    row.kind === "month" ? new Date(row.at).getMonth() : row.events.map((it) => it.seq).join(" "),
  );
  expect(sketch).toEqual([4, "9 8 7", "6", 3, "5"]);
});
