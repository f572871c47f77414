import { describe, expect, it } from "vitest";
import { saying } from "@/sw/say";
import type { MessageAlert } from "@/wire/types";
import { notice } from "./notice";

const ALERT: MessageAlert = {
  type: "message",
  chat: "c1",
  chat_kind: "direct",
  seq: 7,
  at: 1_000,
  sender: "ada",
  name: "Ada",
};
const GROUP = { ...ALERT, chat_kind: "group", title: "Tea round" } as const;

function shown(alert: MessageAlert, language = "en-GB"): string {
  const { title, options } = notice(alert, saying(language), false);
  return `${title} | ${options.body ?? ""}`;
}

describe("a notification says", () => {
  it.each<[string, MessageAlert]>([
    ["Ada | Tea?", { ...ALERT, text: "Tea?" }],
    ["Ada (4) | Tea?", { ...ALERT, text: "Tea?", unread: 4 }],
    ["Ada | New message", ALERT],
    ["Ada | New message", { ...ALERT, unread: 1 }],
    ["Ada | 3 new messages", { ...ALERT, unread: 3 }],
    ["Ada | Invitation to a group", { ...ALERT, invite: true }],
    ["Ada | Invitation to “Tea round”", { ...ALERT, invite: true, text: "Tea round" }],
    ["Tea round | Ada: Tea?", { ...GROUP, text: "Tea?" }],
    ["Tea round | Ada: Mentioned you", { ...GROUP, mentioned: true, unread: 5 }],
    ["Ada | Photo", { ...ALERT, file: "photo" }],
    ["Ada (3) | Photo: The lake", { ...ALERT, file: "photo", text: "The lake", unread: 3 }],
    ["Tea round | Ada: Voice message 1:05", { ...GROUP, file: "voice", duration: 65_000 }],
    ["Ada | Document: list.pdf", { ...ALERT, file: "document", text: "list.pdf" }],
    ["Tea round | 2 new messages", { ...GROUP, name: "", unread: 2 }],
  ])("%s", (wanted, alert) => {
    expect(shown(alert)).toBe(wanted);
  });

  it("in the language of the page, with its plurals, and in English else", () => {
    expect(shown({ ...ALERT, unread: 3 }, "de-AT")).toBe("Ada | 3 neue Nachrichten");
    expect(shown({ ...ALERT, unread: 2 }, "ar")).toBe("Ada | رسالتان جديدتان");
    expect(shown({ ...ALERT, unread: 3 }, "ar-EG")).toBe("Ada | 3 رسائل جديدة");
    expect(shown({ ...ALERT, unread: 3 }, "fr")).toBe("Ada | 3 new messages");
  });
});

it("a text with holes in it is left as it is", () => {
  expect(shown({ ...GROUP, text: "{{who}} $& {{text}}" })).toBe(
    "Tea round | Ada: {{who}} $& {{text}}",
  );
});

it("one notification a chat, which rings again unless it is silent", () => {
  const loud = notice(ALERT, saying("en"), false).options;
  const quiet = notice(ALERT, saying("en"), true).options;
  expect(loud).toMatchObject({ tag: "chat c1", renotify: true, silent: false });
  expect(quiet).toMatchObject({ tag: "chat c1", renotify: false, silent: true });
  expect(loud.data).toEqual({ chat: "c1", seq: 7 });
});
