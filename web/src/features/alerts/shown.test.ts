import { describe, expect, it } from "vitest";
import type { Chat } from "@/state";
import { isRead } from "./shown";

function chat(last: number, read: number): Chat {
  return {
    id: "chat",
    kind: "direct",
    mine: { chat: "chat", version: 1, stays: [[1, 0]], read, read_count: read },
    ticks: { chat: "chat" },
    last,
    count: last,
    at: 1,
    failures: [],
    waiting: 0,
    held: [],
  };
}

describe("a notification has done its work", () => {
  it("when what it tells of is read", () => {
    expect(isRead(chat(5, 4), 4)).toBe(true);
    expect(isRead(chat(5, 4), 5)).toBe(false);
    expect(isRead(chat(5, 5), 5)).toBe(true);
  });

  it("when its chat is gone", () => {
    expect(isRead(undefined, 1)).toBe(true);
  });

  it("but not when it tells of more than has come here", () => {
    expect(isRead(chat(5, 5), 6)).toBe(false);
  });
});
