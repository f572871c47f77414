import { expect, it } from "vitest";
import type { Chat } from "@/state";
import { neighbour, nextUnread } from "./neighbours";

function chat(id: string, waiting: number): Chat {
  return {
    id,
    kind: "direct",
    mine: { chat: id, version: 1, stays: [[1, 0]], read_count: 0 },
    ticks: { chat: id },
    last: waiting,
    count: waiting,
    at: 0,
    failures: [],
    waiting: 0,
    held: [],
  };
}

const ROWS = [chat("a", 0), chat("b", 2), chat("c", 0), chat("d", 1)];

it("goes from row to row, and stops at the ends", () => {
  expect(neighbour(ROWS, "a", 1)).toBe("b");
  expect(neighbour(ROWS, "b", -1)).toBe("a");
  expect(neighbour(ROWS, "a", -1)).toBeNull();
  expect(neighbour(ROWS, "d", 1)).toBeNull();
});

it("begins at an end where no chat is open", () => {
  expect(neighbour(ROWS, undefined, 1)).toBe("a");
  expect(neighbour(ROWS, undefined, -1)).toBe("d");
  expect(neighbour([], undefined, 1)).toBeNull();
});

it("finds what is unread, all the way round", () => {
  expect(nextUnread(ROWS, undefined)).toBe("b");
  expect(nextUnread(ROWS, "b")).toBe("d");
  expect(nextUnread(ROWS, "d")).toBe("b");
  expect(nextUnread([ROWS[0]!, ROWS[1]!], "b")).toBeNull();
});
