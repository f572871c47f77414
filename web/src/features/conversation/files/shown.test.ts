import { expect, it } from "vitest";
import { shownFile, sourcesOf } from "./shown";

const FILE = { id: "f1", kind: "photo", name: "a.jpg", type: "image/jpeg", size: 5 } as const;

it("says how wide each preview is, so that the browser can choose", () => {
  const all = { ...FILE, width: 900, height: 1800, previews: ["small", "medium"] } as const;
  expect(sourcesOf(all)).toEqual([
    { url: "/api/files/f1/small", width: 160 },
    { url: "/api/files/f1/medium", width: 640 },
  ]);
  expect(sourcesOf({ ...all, width: 200, height: 100, previews: ["small"] })).toEqual([
    { url: "/api/files/f1/small", width: 200 },
  ]);
  expect(sourcesOf(FILE)).toEqual([]);
});

it("takes the server's word, and this device's own while there is none", () => {
  const body = { kind: "message", text: "" } as const;
  const attached = {
    ...FILE,
    kind: "voice",
    width: 0,
    height: 0,
    duration: 9,
    batch: "b",
  } as const;
  const entry = { clientId: "c", chat: "x", at: 0, order: 0, status: "waiting" } as const;
  const pending = { ...entry, body, attached };
  expect(shownFile({ pending })).toMatchObject({ id: "", clientId: "c", kind: "voice" });
  const known = { ...pending, body: { ...body, file: FILE } };
  expect(shownFile({ pending: known })).toMatchObject({ id: "f1", clientId: "c", kind: "photo" });
  expect(shownFile({ pending: { ...entry, body } })).toBeNull();
});
