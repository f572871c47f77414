import { beforeEach, describe, expect, it } from "vitest";
import type { ChatEvent, Command } from "@/wire/types";
import type { Chat, State, View } from "../model";
import { NoLead } from "./nolead";
import { Reading } from "./reading";

class Lead extends NoLead {
  readonly read: [string, number, number][] = [];
  readonly asked: Command[] = [];

  override seen(chat?: string, seq?: number, count?: number): void {
    this.read.push([chat!, seq!, count!]);
  }

  override ask(command?: Command): Promise<never> {
    this.asked.push(command!);
    return Promise.resolve({} as never);
  }
}

let lead: Lead;
let foreground: boolean;
let chat: Chat;
let reading: Reading;

const state = () => {
  const events = [1, 2, 3].map((seq) => ({ seq, count: seq - 1 }) as ChatEvent);
  return {
    open: "a",
    chats: new Map([["a", chat]]),
    views: new Map([["a", { chat: "a", events } as unknown as View]]),
  } as unknown as State;
};

beforeEach(() => {
  lead = new Lead();
  foreground = true;
  chat = {
    id: "a",
    last: 3,
    mine: { chat: "a", version: 1, stays: [[1, 0]], read: 1 },
  } as unknown as Chat;
  reading = new Reading({ state, lead: () => lead, foreground: () => foreground });
});

describe("what is on screen", () => {
  it("is read while the window is in front", () => {
    reading.seen("a", 2);
    reading.seen("a", 2);
    reading.seen("a", 3);
    expect(lead.read).toEqual([["a", 2, 1], ["a", 3, 2]]); // prettier-ignore
  });

  it("is not read while it is not, but when it comes to the front", () => {
    foreground = false;
    reading.seen("a", 2);
    reading.seen("a", 3);
    expect(lead.read).toEqual([]);
    foreground = true;
    reading.returned();
    expect(lead.read).toEqual([["a", 3, 2]]);
  });

  it("is not read if the chat was left meanwhile", () => {
    foreground = false;
    reading.seen("a", 3);
    reading.opened("b");
    foreground = true;
    reading.returned();
    expect(lead.read).toEqual([]);
  });

  it("is not told again once it is known", () => {
    reading.seen("a", 1);
    expect(lead.read).toEqual([]);
  });

  it("is told again to a tab that takes over, until the state shows it", () => {
    reading.seen("a", 3);
    reading.again();
    expect(lead.read).toHaveLength(2);
    chat = { ...chat, mine: { ...chat.mine, read: 3 } };
    reading.again();
    expect(lead.read).toHaveLength(2);
  });
});

describe("the dot of 'mark as unread'", () => {
  it("goes when the chat is opened, in front only", () => {
    chat = { ...chat, mine: { ...chat.mine, unread: true } };
    foreground = false;
    reading.opened("a");
    expect(lead.asked).toEqual([]);
    foreground = true;
    reading.opened("a");
    expect(lead.asked).toEqual([{ type: "arrange", chat: "a", unread: false }]);
  });
});
