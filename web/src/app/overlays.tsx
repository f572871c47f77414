/** What stands in front of the columns: a photo or video, and where a file is sent on to. */
import { Suspense, useDeferredValue } from "react";
import { navigate } from "wouter/use-browser-location";
import { create } from "zustand";
import { goUp, swap } from "@/design";
import type { ChatEvent, Message, Seq } from "@/wire/types";
import { later } from "./later";
import type { Place } from "./place";

const Viewer = later(async () => (await import("@/features/viewer")).Viewer);
const Forward = later(async () => (await import("@/features/forward")).Forward);

/** The message whose file is being sent on. */
const forwarding = create<{ readonly body: Message | null }>(() => ({ body: null }));

export function forward({ body }: ChatEvent): void {
  if (body.kind === "message" && body.file) forwarding.setState({ body });
}

/** Look at a photo or video of the chat that is open. It has an address: one goes back from it. */
export function view(seq: Seq): void {
  navigate(addressOf(seq));
}

/** Where the page is, with the file of that message in front, or with none. */
function addressOf(seq: Seq | null): string {
  const params = new URLSearchParams(location.search);
  if (seq === null) params.delete("file");
  else params.set("file", String(seq));
  const search = params.toString();
  return location.pathname + (search && `?${search}`);
}

/**
 * One at a time: while a file is sent on, the viewer waits. It stays in front until the other's
 * code is there: one that is hidden as it waits would still keep the page from screen readers.
 */
export function Overlays({ place }: { readonly place: Place }) {
  const { chat, file } = place;
  const wanted = forwarding((state) => state.body);
  const loaded = useDeferredValue(wanted);
  const body = wanted && loaded;
  return (
    <Suspense fallback={null}>
      {body?.file ? (
        <Forward
          file={body.file}
          text={body.text}
          onClose={() => forwarding.setState({ body: null })}
        />
      ) : (
        chat !== undefined &&
        file !== undefined && (
          <Viewer
            chat={chat}
            seq={file}
            onGo={(seq) => swap(addressOf(seq))}
            onForward={forward}
            onShow={(seq) => swap(`/c/${encodeURIComponent(chat)}?at=${seq}`)}
            onClose={() => goUp(addressOf(null))}
          />
        )
      )}
    </Suspense>
  );
}
