import { expect, it } from "vitest";
import type { Body, ChatEvent } from "@/wire/types";
import { nextVoice } from "./player";

const VOICE = { id: "v", kind: "voice", name: "v", type: "audio/ogg", size: 1 } as const;

function event(seq: number, body: Body): ChatEvent {
  return { chat: "c", seq, at: 0, sender: "ada", count: seq, body };
}

it("plays on with the next message, if that is a voice message", () => {
  const voice: Body = { kind: "message", text: "", file: VOICE };
  const events = [
    event(1, voice),
    event(2, { kind: "void" }),
    event(3, { kind: "joined" }),
    event(4, voice),
    event(5, { kind: "message", text: "stop" }),
    event(6, voice),
  ];
  expect(nextVoice(events, 1)?.seq).toBe(4);
  expect(nextVoice(events, 4)).toBeNull();
  expect(nextVoice(events, 6)).toBeNull();
});
