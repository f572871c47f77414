/**
 * What tabs of one account say to each other. `term`: one tab's time as the leading one; `epoch`
 * grows from one to the next, so that a tab that hung and does not know it yet is not believed.
 */
import type { Command, HistoryCommand, Id } from "@/wire/types";
import type { Lead } from "../engine/lead";
import type { Draft } from "../model";
import type { Patch } from "../patch";

/** What is answered. */
export type Question = { readonly ask: Command } | { readonly page: HistoryCommand };

type Telling = Exclude<keyof Lead, "ask" | "page">;

/** What is only told. */
export type Told = {
  [K in Telling]: { readonly name: K; readonly args: Parameters<Lead[K]> };
}[Telling];

export type Note =
  /** The leading tab: I am, from now on; or, when asked, still. */
  | { readonly kind: "leads"; readonly term: string; readonly epoch: number }
  /** To the leading tab: tell me everything, and what comes. */
  | { readonly kind: "joins"; readonly tab: string }
  | { readonly kind: "leaves"; readonly tab: string }
  | {
      readonly kind: "whole";
      readonly to: string;
      readonly term: string;
      readonly n: number;
      readonly patch: Patch;
    }
  | { readonly kind: "patch"; readonly term: string; readonly n: number; readonly patch: Patch }
  /** I am about to lead: there is somebody. */
  | { readonly kind: "rises" }
  /** To the leading tab: are you there? */
  | { readonly kind: "knocks" }
  | {
      readonly kind: "asks";
      readonly tab: string;
      readonly id: number;
      readonly question: Question;
    }
  | { readonly kind: "answers"; readonly to: string; readonly id: number; readonly answer: Answer }
  | { readonly kind: "tells"; readonly told: Told }
  /** To all: the person signed out. */
  | { readonly kind: "gone" }
  /** To all, from whichever tab it was written in. */
  | { readonly kind: "draft"; readonly chat: Id; readonly draft: Draft | null };

export type Answer =
  | { readonly ok: unknown }
  | { readonly code: string; readonly retryAfter: number; readonly field: string };
