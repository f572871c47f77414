import { describe, expect, it } from "vitest";
import { aboveOf, frontOf, placeOf } from "./place";

describe("the place of a path", () => {
  it.each([
    ["/", "", { list: "chats" }],
    ["/c/abc", "", { list: "chats", chat: "abc" }],
    ["/c/abc", "?at=12", { list: "chats", chat: "abc", at: 12 }],
    ["/c/abc", "?at=-1", { list: "chats", chat: "abc" }],
    ["/c/abc", "?at=1e99", { list: "chats", chat: "abc" }],
    ["/c/abc/info", "", { list: "chats", chat: "abc", info: true }],
    ["/c/abc/message/12", "", { list: "chats", chat: "abc", info: true, message: 12 }],
    ["/c/abc/message/x", "", { list: "chats", chat: "abc" }],
    ["/c/", "", { list: "chats" }],
    ["/new", "", { list: "new" }],
    ["/new/group", "", { list: "new-group" }],
    ["/settings", "", { list: "settings" }],
    ["/settings/privacy", "", { list: "settings", section: "privacy" }],
    ["/join/abcdefgh", "", { list: "chats", code: "abcdefgh" }],
    ["/c/%E0%A4%A", "", { list: "chats", chat: "%E0%A4%A" }],
    ["/nowhere", "", { list: "chats" }],
  ])("%s%s", (path, search, place) => {
    expect(placeOf(path, search)).toEqual(place);
  });

  it.each([
    ["/", "list"],
    ["/settings", "list"],
    ["/new/group", "list"],
    ["/settings/privacy", "main"],
    ["/c/abc", "main"],
    ["/join/abcdefgh", "main"],
    ["/c/abc/info", "details"],
    ["/c/abc/message/12", "details"],
  ])("%s has its %s in front", (path, front) => {
    expect(frontOf(placeOf(path, ""))).toBe(front);
  });

  it.each([
    ["/", null],
    ["/c/abc", "/"],
    ["/c/abc/info", "/c/abc"],
    ["/c/abc/message/7", "/c/abc"],
    ["/new/group", "/new"],
    ["/new", "/"],
    ["/settings/privacy", "/settings"],
    ["/settings", "/"],
    ["/join/abcdefgh", "/"],
  ])("%s is closed to %s", (path, above) => {
    expect(aboveOf(placeOf(path, ""))).toBe(above);
  });
});
