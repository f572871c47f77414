import { describe, expect, it } from "vitest";
import type { Body, ChatEvent } from "@/wire/types";
import { applied, type Standing } from "./membership";

const chat = {
  group: { title: "Tea", members: 2, description: "Daily" },
  mine: { stays: [[1, 0]] },
} as unknown as Standing;

function after(body: Body): Standing["group"] {
  const event: ChatEvent = { chat: "c", seq: 2, at: 0, sender: "ada", count: 0, body };
  return applied(chat, event, "me").group;
}

describe("a group that changed", () => {
  it("shows its new picture, and nothing else is new", () => {
    expect(after({ kind: "changed", avatar: "f" })).toEqual({ ...chat.group, avatar: "f" });
  });

  it("shows no picture once there is none", () => {
    expect(after({ kind: "changed", avatar: "" })?.avatar).toBe("");
  });

  it("has its new title and description", () => {
    const group = after({ kind: "changed", title: "Coffee", description: "" });
    expect(group).toEqual({ ...chat.group, title: "Coffee", description: "" });
  });
});
