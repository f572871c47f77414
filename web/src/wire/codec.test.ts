import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode, readAnswer } from "./codec";
import type { Command } from "./types";

interface Golden {
  readonly name: string;
  readonly frame: Record<string, unknown>;
  readonly canonical: string;
}

// The same files that the server and the Python client are held to.
const folder = new URL("../../../tests/golden/", import.meta.url);
const golden = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Golden,
);
const called = (beginning: string) => golden.filter(({ name }) => name.startsWith(beginning));

describe("golden frames", () => {
  it.each(called("command-"))("$name is written as the server has it", ({ frame, canonical }) => {
    expect(encode(frame["do"] as Command, frame["id"] as number)).toBe(canonical);
  });

  it.each([...called("push-"), ...called("kind-")])("$name is read whole", (one) => {
    expect(decode(one.canonical)).toEqual({ kind: "push", push: one.frame["push"] });
  });

  it.each(called("answer-"))("$name is read whole", ({ name, frame, canonical }) => {
    const incoming = decode(canonical);
    expect(incoming).toEqual({ kind: "answer", reply: 7, ok: frame["ok"] });
    const command = name.replace(/^answer-/, "").replace(/-.*/, "") as Command["type"];
    expect(readAnswer(command, frame["ok"])).toEqual(frame["ok"]);
  });

  it.each(called("error-"))("$name is read", ({ frame, canonical }) => {
    const { error } = frame as { error: object };
    expect(decode(canonical)).toMatchObject({ kind: "refusal", reply: frame["reply"], error });
  });

  it("are all of a known sort", () => {
    // Alerts come by another way: see the service worker.
    const sorts = /^(command|push|kind|answer|error|alert)-/;
    expect(golden.filter(({ name }) => !sorts.test(name))).toEqual([]);
  });
});

describe("a newer server", () => {
  const event = { chat: "c", seq: 5, at: 1, sender: "s", count: 2 };
  const pushed = (body: unknown) =>
    decode(JSON.stringify({ push: { type: "event", event: { ...event, body } } }));

  it("may push what is not known", () => {
    expect(decode('{"push":{"type":"fireworks","colour":"red"}}')).toBeNull();
    expect(decode('{"push":{"type":"constructor"}}')).toBeNull();
  });

  it.each([{ kind: "poll", options: [1] }, { kind: "toString" }, { kind: "message" }, null])(
    "may write %j, which keeps its place in the log",
    (body) => {
      const push = { type: "event", event: { ...event, body: { kind: "void" } } };
      expect(pushed(body)).toEqual({ kind: "push", push });
    },
  );

  it("may add fields", () => {
    const body = { kind: "message", text: "hi", mood: "fine" };
    expect(pushed(body)).toEqual({
      kind: "push",
      push: { type: "event", event: { ...event, body } },
    });
  });

  it("may refuse with a code that is new", () => {
    expect(decode('{"reply":1,"error":{"code":"too_late","text":"no","retry":true}}')).toEqual({
      kind: "refusal",
      reply: 1,
      error: { code: "too_late", text: "no", retry: true, retry_after: 0, field: "" },
    });
  });
});

describe("a broken frame", () => {
  it("is dropped, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(() => decode(text)).not.toThrow();
      }),
    );
  });

  it("of a known type with anything in it breaks nothing", () => {
    const types = called("push-").map(({ frame }) => frame["push"] as Record<string, unknown>);
    const broken = fc
      .tuple(fc.constantFrom(...types), fc.nat(), fc.jsonValue())
      .map(([push, place, value]) => {
        const names = Object.keys(push).filter((name) => name !== "type");
        const name = names[place % Math.max(1, names.length)];
        return name === undefined ? push : { ...push, [name]: value };
      });
    fc.assert(
      fc.property(broken, (push) => {
        const incoming = decode(JSON.stringify({ push }));
        if (incoming?.kind !== "push" || incoming.push.type !== "event") return;
        expect(incoming.push.event.seq).toBeGreaterThan(0);
        expect(typeof incoming.push.event.chat).toBe("string");
      }),
    );
  });

  it("leaves out a head without its numbers, and keeps the others", () => {
    const [{ frame }] = called("push-heads") as [Golden];
    const { heads } = frame["push"] as { heads: object[] };
    const push = { type: "heads", heads: [{ ...heads[0], last: "many" }, ...heads] };
    expect(decode(JSON.stringify({ push }))).toEqual({
      kind: "push",
      push: { type: "heads", heads },
    });
  });

  it("answers with nothing where the answer is none", () => {
    expect(readAnswer("send", { chat: "c" })).toBeNull();
    expect(readAnswer("history", [])).toBeNull();
    expect(readAnswer("watch", {})).toEqual({});
  });
});
