import i18next from "i18next";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Chat } from "@/state";
import type { Body, ChatEvent, User } from "@/wire/types";
import ar from "./ar/events.json";
import de from "./de/events.json";
import en from "./en/events.json";
import { listing, preview, previewText, serviceLine } from "./events";

const users = new Map<string, User>(
  [
    ["me", "Mia Mei"],
    ["ada", "Ada Okafor"],
    ["ben", "Ben Lindqvist"],
    ["eli", "אלי כהן"],
  ].map(([id, name]) => [id!, { id: id!, handle: id!, name: name! }]),
);
const state = { user: "me", users };

function chat(kind: Chat["kind"], role: "admin" | "member" = "member"): Chat {
  return {
    id: "c",
    kind,
    mine: { chat: "c", version: 1, stays: [[1, 0]], role },
    ticks: { chat: "c" },
    last: 1,
    count: 0,
    at: 0,
    failures: [],
    waiting: 0,
    held: [],
  };
}
const group = chat("group");

function event(sender: string, body: Body): ChatEvent {
  return { chat: "c", seq: 1, at: 0, sender, count: 0, body };
}
function line(sender: string, body: Body, of = group) {
  return serviceLine(state, of, event(sender, body));
}

vi.stubGlobal("navigator", { languages: ["en-GB", "de"] });
beforeAll(async () => {
  await i18next.init({
    lng: "en",
    fallbackLng: "en",
    interpolation: { escapeValue: false },
    resources: { en: { events: en }, de: { events: de }, ar: { events: ar } },
  });
});
beforeEach(async () => {
  await i18next.changeLanguage("en");
});

describe("service lines", () => {
  it.each<[string, Body, string]>([
    [
      "ada",
      { kind: "created", chat_kind: "group", members: [], title: "Tea" },
      "Ada Okafor created the group “Tea”",
    ],
    [
      "me",
      { kind: "created", chat_kind: "group", members: [], title: "Tea" },
      "You created the group “Tea”",
    ],
    ["ada", { kind: "added", users: ["ben"] }, "Ada Okafor added Ben Lindqvist"],
    ["me", { kind: "added", users: ["ben", "ada"] }, "You added Ben Lindqvist and Ada Okafor"],
    ["ada", { kind: "added", users: ["me"] }, "Ada Okafor added you"],
    [
      "ada",
      { kind: "added", users: ["ben", "me"] },
      "Ada Okafor added you, along with Ben Lindqvist",
    ],
    ["ada", { kind: "joined" }, "Ada Okafor joined by link"],
    ["me", { kind: "joined" }, "You joined by link"],
    ["ben", { kind: "joined", approved_by: "ada" }, "Ada Okafor let Ben Lindqvist in"],
    ["ben", { kind: "joined", approved_by: "me" }, "You let Ben Lindqvist in"],
    ["me", { kind: "joined", approved_by: "ada" }, "Ada Okafor let you in"],
    ["me", { kind: "left" }, "You left"],
    ["ada", { kind: "removed", user: "ben" }, "Ada Okafor removed Ben Lindqvist"],
    ["ada", { kind: "removed", user: "me" }, "Ada Okafor removed you"],
    ["me", { kind: "removed", user: "ben" }, "You removed Ben Lindqvist"],
    ["ada", { kind: "role", user: "me", role: "admin" }, "Ada Okafor made you an admin"],
    ["me", { kind: "role", user: "ben", role: "member" }, "You dismissed Ben Lindqvist as admin"],
    ["", { kind: "role", user: "me", role: "admin" }, "You are an admin now"],
    ["", { kind: "role", user: "ben", role: "admin" }, "Ben Lindqvist is an admin now"],
    ["ada", { kind: "role", user: "ada", role: "member" }, "Ada Okafor is no longer an admin"],
    ["ada", { kind: "changed", title: "Coffee" }, "Ada Okafor changed the name to “Coffee”"],
    ["me", { kind: "changed", description: "" }, "You removed the description"],
    ["me", { kind: "changed", settings: { send: "admins" } }, "You let only admins send messages"],
    [
      "ada",
      { kind: "changed", title: "Tea", settings: { approval: true } },
      "Ada Okafor changed the group: it is now “Tea” and admins approve new members",
    ],
  ])("%s: %o", (sender, body, said) => {
    expect(line(sender, body)).toBe(said);
  });

  it("tell of somebody's leaving to admins only", () => {
    expect(line("ada", { kind: "left" })).toBeNull();
    expect(line("ada", { kind: "left" }, chat("group", "admin"))).toBe("Ada Okafor left");
  });

  it("are silent about voids, the beginning of a direct chat, and kinds of newer servers", () => {
    expect(line("ada", { kind: "void" })).toBeNull();
    expect(
      line("ada", { kind: "created", chat_kind: "direct", members: [] }, chat("direct")),
    ).toBeNull();
    expect(line("ada", { kind: "poll" } as unknown as Body)).toBeNull();
  });

  it("isolate names of the other direction only", () => {
    expect(line("eli", { kind: "joined" })).toBe("\u2068אלי כהן\u2069 joined by link");
  });

  it.each(["edit_info", "send", "add_members"] as const)("have words for %s", (key) => {
    for (const who of ["everyone", "admins"] as const) {
      const settings = { [key]: who };
      expect(line("ada", { kind: "changed", settings })).toMatch(/^Ada Okafor lets/);
      expect(line("me", { kind: "changed", title: "Tea", settings })).toMatch(/^You changed/);
      expect(line("me", { kind: "changed", title: "Tea", settings })).not.toMatch(/_/);
    }
  });

  it("have words for the switches of new members", () => {
    const said = [true, false].map((approval) => ({ approval }));
    for (const settings of [...said, { history: "all" }, { history: "joined" }] as const) {
      expect(line("ada", { kind: "changed", settings })).toMatch(/^Ada Okafor .* new members/);
      expect(line("me", { kind: "changed", title: "Tea", settings })).toMatch(/new members/);
    }
  });
});

describe("previews", () => {
  it("name the speaker in groups", () => {
    const said: Body = { kind: "message", text: "*Tea*\n at _four_?" };
    expect(preview(state, group, event("ada", said))).toEqual({ who: "Ada", text: "Tea at four?" });
    expect(previewText(state, group, event("me", said))).toBe("You: Tea at four?");
    expect(previewText(state, chat("direct"), event("ada", said))).toBe("Tea at four?");
  });

  it("name those who are mentioned, and nobody else", () => {
    const text = "@ben and @ben.b, tea? *@ben* ada@ben @ada.";
    const said: Body = { kind: "message", text, mentions: ["ben", "ada"] };
    expect(previewText(state, chat("direct"), event("me", said))).toBe(
      "@Ben Lindqvist and @ben.b, tea? @Ben Lindqvist ada@ben @Ada Okafor.",
    );
  });

  it("tell of invitations, and of nothing for a void", () => {
    const invite: Body = { kind: "invite", code: "x", group: "g", title: "Tea", expires_at: 1 };
    expect(previewText(state, chat("direct"), event("ada", invite))).toBe("Invitation to “Tea”");
    expect(previewText(state, group, event("ada", { kind: "void" }))).toBe("");
  });
});

describe("listings", () => {
  it("count those beyond the fourth", () => {
    expect(listing(["Ann", "Bob", "Cem", "Dan"])).toBe("Ann, Bob, Cem and Dan");
    expect(listing(["Ann", "Bob", "Cem", "Dan", "Eve"])).toBe("Ann, Bob, Cem and 2 others");
  });

  it("speak the language", async () => {
    await i18next.changeLanguage("de");
    expect(listing(["Ann", "Bob", "Cem", "Dan", "Eve"])).toBe("Ann, Bob, Cem und 2 weitere");
  });
});
