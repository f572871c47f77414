/** A collection as the rows of its list: months, and under them tiles by the row or one each. */
import { startOfMonth } from "date-fns/startOfMonth";
import type { ChatEvent, Millis } from "@/wire/types";

export type Row =
  | { readonly kind: "month"; readonly key: string; readonly at: Millis }
  | { readonly kind: "events"; readonly key: string; readonly events: readonly ChatEvent[] };

/** `across`: so many stand side by side. `events` are newest first. */
export function rowsOf(events: readonly ChatEvent[], across: number): Row[] {
  const rows: Row[] = [];
  let month = Number.NaN;
  let open: ChatEvent[] = [];
  const close = () => {
    const [first] = open;
    if (first) rows.push({ kind: "events", key: `seq ${first.seq}`, events: open });
    open = [];
  };
  for (const event of events) {
    const start = startOfMonth(event.at).getTime();
    if (start !== month) {
      close();
      month = start;
      rows.push({ kind: "month", key: `month ${start} ${event.seq}`, at: event.at });
    }
    open.push(event);
    if (open.length === across) close();
  }
  close();
  return rows;
}
