/** A device with one tab that leads, for tests: an engine over an in-memory server and a store. */
import type { Id } from "@/wire/types";
import { Engine } from "../engine/engine";
import { newId } from "../ids";
import type { Attached, Pending, State } from "../model";
import { patched, type Patch } from "../patch";
import type { Saved, Store } from "../store/store";
import { settled, type TestClock } from "./clock";
import type { TestServer } from "./server";

export class TestDevice {
  readonly engine: Engine;
  /** What was told to other tabs. */
  readonly told: Patch[] = [];
  /** What a tab that leads shows. */
  state = {
    chats: new Map(),
    users: new Map(),
    outbox: [],
    uploads: new Map(),
    presence: new Map(),
    typing: new Map(),
  } as unknown as State;
  void = false;
  offline = false;
  fenced = 0;
  private seen: (patch: Patch) => void = () => undefined;
  private heard: (patch: Patch) => void = () => undefined;
  otherAccount = "";

  constructor(
    readonly store: Store,
    saved: Saved,
    server: TestServer,
    private readonly clock: TestClock,
  ) {
    this.engine = new Engine(
      store,
      saved,
      { dial: server.dial, carry: server.files.carry, terminate: server.files.terminate },
      clock,
      {
        show: (patch) => {
          this.state = patched(this.state, patch);
          this.seen(patch);
        },
        tell: (patch) => {
          this.told.push(patch);
          this.heard(patch);
        },
        fenced: () => (this.fenced += 1),
        otherAccount: (user) => (this.otherAccount = user),
        isVoid: () => Promise.resolve(this.void),
        offline: () => this.offline,
      },
      () => 0.5,
    );
    this.engine.start();
  }

  static async begin(store: Store, server: TestServer, clock: TestClock): Promise<TestDevice> {
    const saved = await store.load();
    await store.claim();
    const device = new TestDevice(store, saved, server, clock);
    await clock.pass(100);
    return device;
  }

  /** See what the tab that leads does. */
  watch(seen: (patch: Patch) => void): void {
    this.seen = seen;
  }

  /** Be told what other tabs are. */
  hear(heard: (patch: Patch) => void): void {
    this.heard = heard;
  }

  /** Write as a tab does: kept first, sent then. */
  write(chat: Id, text: string): Promise<Pending> {
    return this.put(chat, text);
  }

  /** A file of so many bytes, with a caption. */
  attach(chat: Id, name: string, text = "", batch = name): Promise<Pending> {
    const file = new Blob(["x".repeat(10)]);
    const [width, height, duration] = [0, 0, 0];
    const type = "image/jpeg";
    const attached = { kind: "photo", name, type, size: file.size, batch } as const;
    return this.put(chat, text, { ...attached, width, height, duration }, file);
  }

  private async put(chat: Id, text: string, attached?: Attached, file?: Blob): Promise<Pending> {
    const entry: Pending = {
      clientId: newId(),
      chat,
      body: { kind: "message", text },
      at: this.clock.now(),
      order: this.state.outbox.reduce((most, it) => Math.max(most, it.order + 1), 1),
      status: "waiting",
      ...(attached && { attached }),
    };
    await this.store.queue(entry);
    if (file) await this.store.keep(entry.clientId, file);
    this.engine.queue(entry, file);
    await settled();
    return entry;
  }

  /** The page is closed: what happened is written. */
  async close(): Promise<void> {
    await this.engine.stop();
    this.store.close();
  }

  /** The process dies: what was not written by now never is. */
  async crash(): Promise<void> {
    this.store.close();
    await this.engine.stop();
  }
}
