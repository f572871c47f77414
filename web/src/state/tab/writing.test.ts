import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Refusal } from "../contract";
import { OUTBOX_LIMIT } from "../engine/outbox";
import { NoLead } from "./nolead";
import type { Draft, Pending, State } from "../model";
import { MemoryStore } from "../store/memory";
import { Writing } from "./writing";

class Lead extends NoLead {
  readonly queued: Pending[] = [];
  readonly typed: [string, boolean, string?][] = [];

  override queue(entry?: Pending): void {
    this.queued.push(entry!);
  }

  override typing(chat?: string, active?: boolean, doing?: string): void {
    this.typed.push(doing === undefined ? [chat!, active!] : [chat!, active!, doing]);
  }
}

let state: State;
let lead: Lead;
let told: [string, Draft | null][];
let writing: Writing;

beforeEach(() => {
  vi.stubGlobal("navigator", {});
  state = { outbox: [], drafts: new Map() } as unknown as State;
  lead = new Lead();
  told = [];
  writing = new Writing({
    state: () => state,
    change: (change) => (state = { ...state, ...change }),
    lead: () => lead,
    store: () => new MemoryStore("me"),
    wrote: () => undefined,
    tell: (chat, draft) => told.push([chat, draft]),
  });
});

const code = (send: () => void): string => {
  try {
    send();
  } catch (error) {
    return (error as Refusal).code;
  }
  return "";
};

describe("a message", () => {
  it("is in sight at once, and goes to the leading tab once it is kept", async () => {
    writing.send("a", "one", { replyTo: 3, mentions: ["ann"] });
    writing.send("a", "two", {});
    expect(state.outbox.map(({ body }) => body.text)).toEqual(["one", "two"]);
    expect(lead.queued).toEqual([]);
    await Promise.resolve();
    expect(lead.queued).toEqual(state.outbox);
    expect(state.outbox[0]!.body).toMatchObject({ reply_to: 3, mentions: ["ann"] });
    expect(state.outbox[0]!.order).toBeLessThan(state.outbox[1]!.order);
  });

  it("that no server would take is refused before it is queued", () => {
    expect(code(() => writing.send("a", "é".repeat(5_001), {}))).toBe("too_large");
    expect(code(() => writing.send("a", "\0", {}))).toBe("invalid");
    expect(code(() => writing.send("a", "é".repeat(5_000), {}))).toBe("");
    expect(state.outbox).toHaveLength(1);
  });

  it("loses what cannot be stored, and nothing else", () => {
    writing.send("a", "a\0b \ud800 👋🏽", {});
    expect(state.outbox[0]!.body.text).toBe("ab \ufffd 👋🏽");
  });

  it("is refused where too many wait", () => {
    const entry = { clientId: "c", chat: "a", order: 1 } as Pending;
    state = { ...state, outbox: Array.from({ length: OUTBOX_LIMIT }, () => entry) };
    expect(code(() => writing.send("a", "one more", {}))).toBe("quota");
  });

  it("stays in sight, and is told again, until the leading tab has heard of it", async () => {
    writing.send("a", "one", {});
    const [entry] = state.outbox;
    await Promise.resolve();
    state = { ...state, outbox: [] };
    writing.follow({ whole: true });
    expect(state.outbox).toEqual([entry]);
    writing.again();
    expect(lead.queued).toEqual([entry, entry]);
    writing.follow({ unqueued: [entry!.clientId] });
    writing.again();
    expect(lead.queued).toHaveLength(2);
  });
});

describe("typing", () => {
  it("is told at most every four seconds, and when it ends", () => {
    vi.useFakeTimers();
    for (let i = 0; i < 9; i++) {
      writing.typing("a", true);
      vi.advanceTimersByTime(1_000);
    }
    writing.typing("a", false);
    writing.typing("a", false);
    const once = ["a", true, "typing"];
    expect(lead.typed).toEqual([once, once, once, ["a", false]]);
    vi.useRealTimers();
  });
});

describe("recording", () => {
  it("is told at once where one typed before", () => {
    writing.typing("a", true);
    writing.typing("a", true, "recording");
    writing.typing("a", true, "recording");
    expect(lead.typed).toEqual([
      ["a", true, "typing"],
      ["a", true, "recording"],
    ]);
  });
});

describe("a draft", () => {
  it("is in sight at once, and kept and told when the keys rest", () => {
    vi.useFakeTimers();
    for (const text of ["h", "ha", "hal"]) writing.draft("a", { text, at: 1 });
    expect(state.drafts.get("a")?.text).toBe("hal");
    expect(told).toEqual([]);
    vi.advanceTimersByTime(300);
    expect(told).toEqual([["a", { text: "hal", at: 1 }]]);
    writing.draft("a", null);
    writing.draft("b", null);
    writing.flush();
    expect(told.slice(1)).toEqual([["a", null]]);
    vi.useRealTimers();
  });
});
