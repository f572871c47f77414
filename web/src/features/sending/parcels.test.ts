import { describe, expect, it } from "vitest";
import { changed, faultOf, MOST, total, type Item, type Parcels } from "./parcels";

const item = (id: string, size = 3): Item => ({
  id,
  file: new File(["x".repeat(size)], `${id}.jpg`),
  url: `blob:${id}`,
  caption: "",
  drafted: false,
  looked: null,
});
const parcels = (...ids: string[]): Parcels => ({
  items: ids.map((id) => item(id)),
  shown: ids[0] ?? "",
  asDocuments: false,
});
const ids = ({ items }: Parcels) => items.map(({ id }) => id);

describe("the files before they are sent", () => {
  it("show what was added last", () => {
    const after = changed(parcels("a"), { type: "add", items: [item("b"), item("c")] });
    expect([ids(after), after.shown]).toEqual([["a", "b", "c"], "b"]);
  });

  it("are never more than fit", () => {
    const many = Array.from({ length: MOST + 5 }, (_, i) => item(`${i}`));
    expect(changed(parcels("a"), { type: "add", items: many }).items).toHaveLength(MOST);
  });

  it.each([
    ["the next one", ["a", "b", "c"], "b", "c"],
    ["the one before, at the end", ["a", "b"], "b", "a"],
    ["nothing, when none is left", ["b"], "b", ""],
    ["the same, when another goes", ["b", "c"], "c", "b"],
  ])("show %s when one is taken away", (_, all, gone, shown) => {
    const before = changed(parcels(...all), { type: "show", id: "b" });
    expect(changed(before, { type: "remove", id: gone }).shown).toBe(shown);
  });

  it("keep a caption each", () => {
    const after = changed(parcels("a", "b"), { type: "caption", id: "b", text: "hi" });
    expect(after.items.map(({ caption }) => caption)).toEqual(["", "hi"]);
  });

  it("tell what they weigh, and which of them cannot go", () => {
    expect(total([item("a", 3), item("b", 4)])).toBe(7);
    expect([0, 10, 11].map((size) => faultOf(item("a", size), 10))).toEqual([
      "empty",
      null,
      "tooLarge",
    ]);
  });
});
