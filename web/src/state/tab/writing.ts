/** What a person writes in this tab: messages, drafts, and that they type. */
import {
  LIMITS,
  type Doing,
  type File as StoredFile,
  type Id,
  type Message,
  type Millis,
} from "@/wire/types";
import { Refusal, type SendOptions } from "../contract";
import { OUTBOX_LIMIT } from "../engine/outbox";
import type { Lead } from "../engine/lead";
import { newId } from "../ids";
import type { Attached, Draft, Pending, State } from "../model";
import { queue, type Patch } from "../patch";
import type { Store } from "../store/store";

const TYPING_MS = 4_000;
const DRAFT_MS = 300;
const NOT_TYPING = { chat: "", at: 0 } as const;

export interface WritingDuties {
  state(): State;
  change(change: Partial<State>): void;
  lead(): Lead;
  store(): Store;
  /** A file of this tab goes out with a message. */
  wrote(clientId: string, file: Blob): void;
  /** Other tabs show the same. */
  tell(chat: Id, draft: Draft | null): void;
}

export class Writing {
  private typed: { readonly chat: Id; readonly at: Millis; readonly doing?: Doing } = NOT_TYPING;
  /** Written here, and not heard of from the leading tab yet. */
  private readonly unheard = new Map<string, Pending>();
  /** Files chosen here, of messages on their way: the store may have had no room for them. */
  private readonly files = new Map<string, Blob>();
  private held = false;
  private readonly unsaved = new Map<Id, Draft | null>();
  /** Somebody else comes: what is written still is not theirs. */
  private barred = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly duties: WritingDuties) {}

  send(chat: Id, text: string, options: SendOptions & { readonly file?: StoredFile }): void {
    const { file } = options;
    const body = message(text, options, file !== undefined);
    this.queue(chat, file ? { ...body, file } : body);
  }

  sendFile(chat: Id, file: Blob, attached: Attached, caption: string, options: SendOptions): void {
    this.queue(chat, message(caption, options, true), { attached, file });
  }

  private queue(
    chat: Id,
    body: Message,
    { attached, file }: { readonly attached?: Attached; readonly file?: Blob } = {},
  ): void {
    const { outbox } = this.duties.state();
    if (outbox.length >= OUTBOX_LIMIT) throw new Refusal("quota");
    const at = Date.now();
    const order = outbox.reduce((most, entry) => Math.max(most, entry.order + 1), at * 1000);
    const clientId = newId();
    const written = { clientId, chat, body, at, order, status: "waiting" } as const;
    const entry: Pending = attached ? { ...written, attached } : written;
    this.typed = NOT_TYPING;
    this.duties.change({ outbox: queue(outbox, [entry]) });
    this.unheard.set(clientId, entry);
    this.hold();
    const queued = () => this.duties.lead().queue(entry, file);
    // What cannot be kept is sent all the same.
    this.duties.store().queue(entry).then(queued, queued);
    if (file) {
      this.files.set(clientId, file);
      this.duties.wrote(clientId, file);
      this.duties
        .store()
        .keep(clientId, file)
        .catch(() => undefined);
    }
  }

  /**
   * What is written here must not be cleared to make room for other pages: asked with the first
   * message, when a person can see what for.
   */
  private hold(): void {
    if (this.held) return;
    this.held = true;
    // Absent where the page is not served safely; refused where the person does not come often.
    const { storage } = navigator as { storage?: StorageManager };
    storage?.persist().catch(() => undefined);
  }

  /** The leading tab's word. What it does not know yet stays in sight. */
  follow(patch: Patch): void {
    for (const entry of patch.queued ?? []) this.unheard.delete(entry.clientId);
    for (const clientId of patch.unqueued ?? []) {
      this.unheard.delete(clientId);
      this.files.delete(clientId);
    }
    if (!patch.whole || !this.unheard.size) return;
    const { outbox } = this.duties.state();
    this.duties.change({ outbox: queue(outbox, [...this.unheard.values()]) });
  }

  /** Another tab leads: it may not have heard. */
  again(): void {
    for (const entry of this.duties.state().outbox) {
      const { clientId } = entry;
      const file = this.files.get(clientId);
      if (file || this.unheard.has(clientId)) this.duties.lead().queue(entry, file);
    }
  }

  /** The account is left, perhaps for the same one: what is put away late is still wanted then. */
  leave(next: Id): void {
    if (next === this.duties.state().user) return;
    this.unsaved.clear();
    this.files.clear();
    this.barred = true;
  }

  /** It is entered: the drafts that were kept, under those that could not be yet. */
  enter(kept: Iterable<readonly [Id, Draft]>): ReadonlyMap<Id, Draft> {
    this.barred = false;
    let drafts: ReadonlyMap<Id, Draft> = new Map(kept);
    for (const [chat, draft] of this.unsaved) drafts = withDraft(drafts, chat, draft);
    return drafts;
  }

  draft(chat: Id, draft: Draft | null): void {
    if (this.barred) return;
    const { drafts } = this.duties.state();
    if (!draft && !drafts.has(chat)) return;
    this.duties.change({ drafts: withDraft(drafts, chat, draft) });
    this.unsaved.set(chat, draft);
    this.timer ??= setTimeout(() => this.flush(), DRAFT_MS);
  }

  /** Keep the drafts now: the page may go away. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.duties.state().phase === "starting") {
      this.timer = setTimeout(() => this.flush(), DRAFT_MS);
      return;
    }
    for (const [chat, draft] of this.unsaved) {
      void this.duties
        .store()
        .draft(chat, draft)
        .catch(() => undefined);
      this.duties.tell(chat, draft);
    }
    this.unsaved.clear();
  }

  typing(chat: Id, active: boolean, doing: Doing = "typing"): void {
    const now = Date.now();
    const { typed } = this;
    if (!active) {
      if (typed.chat === chat) this.duties.lead().typing(chat, false);
      this.typed = NOT_TYPING;
      return;
    }
    const same = typed.chat === chat && typed.doing === doing;
    if (same && now - typed.at < TYPING_MS) return;
    this.typed = { chat, at: now, doing };
    this.duties.lead().typing(chat, true, doing);
  }
}

export function withDraft(
  drafts: ReadonlyMap<Id, Draft>,
  chat: Id,
  draft: Draft | null,
): ReadonlyMap<Id, Draft> {
  const next = new Map(drafts);
  if (draft) next.set(chat, draft);
  else next.delete(chat);
  return next;
}

/** Throws `Refusal` for what no server would take. */
function message(text: string, options: SendOptions, mayBeEmpty: boolean): Message {
  // Neither can be stored: a lone half of a surrogate pair, and NUL.
  const clean = text.replace(/\p{Surrogate}/gu, "\ufffd").replaceAll("\0", "");
  if (!clean && !mayBeEmpty) throw new Refusal("invalid", 0, "text");
  if (new TextEncoder().encode(clean).length > LIMITS.TEXT_BYTES) throw new Refusal("too_large");
  const { replyTo, mentions = [] } = options;
  return {
    kind: "message",
    text: clean,
    ...(replyTo === undefined ? {} : { reply_to: replyTo }),
    ...(mentions.length ? { mentions: mentions.slice(0, LIMITS.MENTIONS) } : {}),
  };
}
