import { describe, expect, it, vi } from "vitest";
import type { User } from "@/wire/types";
import { contacts, people } from "./people";
import { terms } from "./search";

function user(id: string, name: string, more: Partial<User> = {}): User {
  return { id, handle: id, name, ...more };
}
vi.stubGlobal("navigator", { languages: ["en-GB"] });

const zoe = user("zoe", "Zoë");
const ada = user("ada", "Ada Okafor");
const adam = user("adam", "Adam Ada");
const eve = user("eve", "Éve");

function ids(list: readonly User[]): string[] {
  return list.map((it) => it.id);
}

describe("contacts", () => {
  it("are everybody but oneself and those who are gone, as in a telephone book", () => {
    const users = [zoe, eve, user("me", "Mia"), user("gone", "Bo", { gone: true }), ada];
    const state = { user: "me", users: new Map(users.map((it) => [it.id, it])) };
    expect(ids(contacts(state))).toEqual(["ada", "eve", "zoe"]);
  });
});

describe("people", () => {
  it("are found by name and by handle, once, the exact handle first", () => {
    expect(ids(people([adam, ada, zoe], [ada], terms("ada")))).toEqual(["ada", "adam"]);
    expect(ids(people([adam, ada, zoe], [], terms("zoe")))).toEqual(["zoe"]);
  });

  it("include strangers whom the server found", () => {
    expect(ids(people([ada], [eve], terms("eve")))).toEqual(["eve"]);
  });
});
