import i18next from "i18next";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Member, User } from "@/wire/types";
import { terms } from "@/words";
import events from "@/words/en/events.json";
import { heirOf, membersShown } from "./members";

const users = new Map<string, User>(
  [
    ["me", "Mia Mei"],
    ["ada", "Ada Okafor"],
    ["ben", "Ben Lindqvist"],
    ["zoe", "Zoë"],
  ].map(([id, name]) => [id!, { id: id!, handle: id!, name: name! }]),
);
const state = { user: "me", users };

vi.stubGlobal("navigator", { languages: ["en"] });
beforeAll(async () => {
  await i18next.init({ lng: "en", resources: { en: { events } } });
});

function names(members: readonly Member[], query = "") {
  const { here, past } = membersShown(state, members, terms(query));
  return [here.map((it) => it.id).join(" "), past.map((it) => it.id).join(" ")];
}

describe("members", () => {
  it("are oneself, admins, then all by name; past ones apart", () => {
    const members: Member[] = [
      { user: "ben" },
      { user: "zoe", role: "admin" },
      { user: "ada" },
      { user: "me" },
      { user: "gone", left: true, role: "admin" },
    ];
    expect(names(members)).toEqual(["me zoe ada ben", "gone"]);
    expect(membersShown(state, members, []).past[0]).toMatchObject({
      name: "Somebody",
      admin: false,
    });
  });

  it("are found by name and handle", () => {
    expect(names([{ user: "ada" }, { user: "zoe" }], "zoe")[0]).toBe("zoe");
  });
});

describe("the heir", () => {
  it("is the one who has been here longest", () => {
    const members: Member[] = [
      { user: "me", role: "admin", since: 1 },
      { user: "ada", since: 5 },
      { user: "ben", since: 3 },
      { user: "zoe", since: 2, left: true },
    ];
    expect(heirOf("me", members)).toBe("ben");
  });

  it("is not named where another admin stays, where it is not sure, or where nobody is left", () => {
    expect(heirOf("me", [{ user: "ada", role: "admin", since: 1 }])).toBeNull();
    expect(
      heirOf("me", [
        { user: "ada", since: 1 },
        { user: "ben", since: 1 },
      ]),
    ).toBeNull();
    expect(heirOf("me", [{ user: "me", since: 1 }])).toBeNull();
  });
});
