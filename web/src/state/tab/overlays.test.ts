import { describe, expect, it } from "vitest";
import type { Chat, State } from "../model";
import { Overlays } from "./overlays";

const chat = (id: string, last = 1): Chat =>
  ({
    id,
    last,
    mine: { chat: id, version: 1, stays: [[1, 0]], archived: false },
  }) as unknown as Chat;
const state = (...chats: Chat[]): State =>
  ({ chats: new Map(chats.map((it) => [it.id, it])) }) as unknown as State;

describe("a wish", () => {
  it("is shown at once, and leaves no trace when it is lifted", () => {
    const overlays = new Overlays();
    const before = state(chat("a"), chat("b"));
    const lift = overlays.lay("a", { archived: true, pinned: true });
    const shown = overlays.laid(before);
    expect(shown.chats.get("a")!.mine).toMatchObject({ archived: true });
    expect(shown.chats.get("a")!.mine.pinned_at).toBeGreaterThan(0);
    expect(shown.chats.get("b")).toBe(before.chats.get("b"));
    lift();
    expect(overlays.laid(overlays.bare(shown))).toEqual(before);
  });

  it("stays over what comes meanwhile", () => {
    const overlays = new Overlays();
    overlays.lay("a", { archived: true });
    const shown = overlays.laid(state(chat("a")));
    const bare = overlays.bare(shown);
    const grown = { ...bare, chats: new Map(bare.chats).set("a", chat("a", 2)) };
    expect(overlays.laid(grown).chats.get("a")).toMatchObject({
      last: 2,
      mine: { archived: true },
    });
  });

  it("beside another one of the same chat is lifted by itself", () => {
    const overlays = new Overlays();
    const first = overlays.lay("a", { archived: true });
    overlays.lay("a", { unread: true });
    const shown = overlays.laid(state(chat("a")));
    first();
    const left = overlays.laid(overlays.bare(shown)).chats.get("a")!.mine;
    expect(left).toMatchObject({ archived: false, unread: true });
  });

  it("does not outlive the account", () => {
    const overlays = new Overlays();
    overlays.lay("a", { archived: true });
    overlays.clear();
    const before = state(chat("a"));
    expect(overlays.laid(before)).toBe(before);
  });
});
