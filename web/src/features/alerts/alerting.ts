/** Turns what happens into alerts: looks at each change of the state, and says each thing once. */
import i18next from "i18next";
import { now, totalUnread, type Chat, type State } from "@/state";
import { chatTitle, listing } from "@/words";
import { badge } from "./badges";
import { Place } from "./front";
import { alertOf, allTold, news, unreadMessages, type Told } from "./news";
import type { Say } from "./notice";
import { permission } from "./permission";
import { putAway, show, showSummary } from "./shown";
import { chime, tick } from "./sound";

// More chats than this at once (back after a night) become one notification.
const MOST = 4;
const PUT_AWAY_AFTER = 300; // ms

const say: Say = (key, values = {}) => i18next.t(`alerts:${key}`, values);

export class Alerting {
  private readonly place: Place;
  private told: Told | null = null;
  private sweep: ReturnType<typeof setTimeout> | undefined;

  /** `first` is called when this becomes the tab that does what is done once for all. */
  constructor(first: () => void) {
    this.place = new Place(first);
  }

  /** The state changed. */
  follow(state: State, before: State): void {
    if (state.chats === before.chats && state.link === before.link && state.phase === before.phase)
      return;
    this.look(state);
  }

  /** How it is now: to be called at the start as well, for the link may be there before us. */
  look(state: State): void {
    this.number(state);
    if (state.phase === "signed-out") this.told = null;
    // While catching up one change follows another: told when it is over, once a chat.
    if (state.phase !== "ready" || state.link.status !== "online") return;
    this.tidy();
    if (!this.told) {
      this.told = allTold(state);
      return;
    }
    const { chats, told } = news(this.told, state, Date.now());
    this.told = told;
    if (chats.length > 0) void this.tell(state, chats);
  }

  /** This is the tab that does what is done once for all tabs. */
  get first(): boolean {
    return this.place.first;
  }

  private number(state: State): void {
    if (state.phase === "signed-out") badge(0, 0);
    else badge(totalUnread(state).chats, unreadMessages(state, Date.now()));
  }

  private async tell(state: State, chats: readonly Chat[]): Promise<void> {
    const { sounds, notifications, previews } = state.preferences;
    if (this.place.inFront) {
      const here = chats.every((chat) => chat.id === state.open);
      if (sounds && here) tick();
      else if (sounds) chime();
      return;
    }
    if (!(await this.place.isSpeaker())) return;
    const heard = sounds && chime();
    if (!notifications || permission() !== "granted") return;
    // The system's own sound where ours may not be heard; never both.
    const silent = !sounds || heard;
    if (chats.length > MOST) {
      const count = chats.reduce((sum, chat) => sum + chat.count - (chat.mine.read_count ?? 0), 0);
      const names = listing(chats.map((chat) => chatTitle(state, chat)));
      await showSummary(say("messages", { count }), names, silent);
      return;
    }
    for (const chat of chats) await show(alertOf(state, chat, previews), say, silent);
  }

  private tidy(): void {
    if (permission() !== "granted" || !this.place.first) return;
    clearTimeout(this.sweep);
    this.sweep = setTimeout(() => {
      // Judged by what is known then: a chat may have come meanwhile, or the link have gone.
      const { chats, link } = now();
      if (link.status === "online") void putAway(chats);
    }, PUT_AWAY_AFTER);
  }
}
