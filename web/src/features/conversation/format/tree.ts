/** What a message's text says: a tree of blocks and inline parts, never HTML. */
import type { LinkPart } from "@/words/links";
import type { Id } from "@/wire/types";

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "bold" | "italic" | "strike"; readonly children: readonly Inline[] }
  | LinkPart
  | { readonly kind: "mention"; readonly text: string; readonly user: Id };

export type Block =
  | { readonly kind: "paragraph"; readonly children: readonly Inline[] }
  | { readonly kind: "quote"; readonly children: readonly Inline[] }
  | { readonly kind: "code"; readonly text: string }
  | {
      readonly kind: "list";
      /** Number of the first item; null: points. */
      readonly start: number | null;
      readonly items: readonly (readonly Inline[])[];
    };

/** The words of a part, as they were written, without the marks around them. */
export function words(parts: readonly Inline[]): string {
  return parts.map((part) => ("children" in part ? words(part.children) : part.text)).join("");
}
