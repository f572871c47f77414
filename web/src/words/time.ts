/** Times as people say them, in the reader's language. `now` is passed in, so that texts can age. */
import { differenceInCalendarDays } from "date-fns/differenceInCalendarDays";
import { isSameYear } from "date-fns/isSameYear";
import i18next from "i18next";
import { locale } from "./language";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(at: number, options: Intl.DateTimeFormatOptions): string {
  const tag = locale();
  const key = tag + JSON.stringify(options);
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(tag, options);
    formats.set(key, made);
  }
  return made.format(at);
}

/** Time of day as the language writes it: '09:05', '9:05 AM'. */
export function timeOfDay(at: number): string {
  return format(at, { timeStyle: "short" });
}

/** 'Saturday, 3 May 2026 at 14:05', for where there is room. */
export function fullTime(at: number): string {
  return format(at, { dateStyle: "full", timeStyle: "short" });
}

/** '3 May' this year, '3 May 2025' otherwise. */
export function dayOfYear(at: number, now: number): string {
  return format(at, {
    day: "numeric",
    month: "long",
    ...(!isSameYear(at, now) && { year: "numeric" }),
  });
}

/** Above what is of one month: 'May' this year, 'May 2025' otherwise. */
export function monthOf(at: number, now: number): string {
  return format(at, { month: "long", ...(!isSameYear(at, now) && { year: "numeric" }) });
}

/** Above the first message of a day: 'Today', 'Yesterday', a weekday, a date. */
export function daySeparator(at: number, now: number): string {
  const days = differenceInCalendarDays(now, at);
  if (days <= 0) return i18next.t("time:today");
  if (days === 1) return i18next.t("time:yesterday");
  if (days < 7) return format(at, { weekday: "long" });
  return format(at, {
    weekday: "short",
    day: "numeric",
    month: "long",
    ...(!isSameYear(at, now) && { year: "numeric" }),
  });
}

/** At the end of a row of the list: the time today, then 'Yesterday', a weekday, a short date. */
export function listTime(at: number, now: number): string {
  const days = differenceInCalendarDays(now, at);
  if (days <= 0) return timeOfDay(at);
  if (days === 1) return i18next.t("time:yesterday");
  if (days < 7) return format(at, { weekday: "short" });
  return format(at, { day: "2-digit", month: "2-digit", year: "2-digit" });
}

/** 'today at 14:05', 'yesterday at 14:05', '3 May at 14:05'; 'tomorrow at …' of what is to come. */
export function moment(at: number, now: number): string {
  const days = differenceInCalendarDays(now, at);
  const time = timeOfDay(at);
  if (days === 0) return i18next.t("time:todayAt", { time });
  if (days === -1) return i18next.t("time:tomorrowAt", { time });
  if (days === 1) return i18next.t("time:yesterdayAt", { time });
  return i18next.t("time:dayAt", { day: dayOfYear(at, now), time });
}

/** 'online', 'last seen today at 14:05' …; '' where it is not shown. */
export function lastSeen(
  presence: { readonly online: boolean; readonly lastSeen: number } | undefined,
  now: number,
): string {
  if (!presence) return "";
  if (presence.online) return i18next.t("time:online");
  if (!presence.lastSeen) return "";
  return i18next.t("time:lastSeen", { moment: moment(presence.lastSeen, now) });
}

const UNITS = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

function inUnits(milliseconds: number): readonly [number, (typeof UNITS)[number][0]] {
  const seconds = Math.abs(milliseconds) / 1000;
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? UNITS.at(-1)!;
  return [Math.max(unit === "second" ? Math.ceil(seconds) : Math.round(seconds / size), 0), unit];
}

/** '5 minutes', '7 days': a length in its largest unit. */
export function duration(milliseconds: number): string {
  const [count, unit] = inUnits(milliseconds);
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long" }).format(
    count,
  );
}

/** '3 hours ago', 'in 2 days', 'now'. */
export function relative(at: number, now: number): string {
  if (Math.abs(at - now) < 60_000) return i18next.t("time:justNow");
  const [count, unit] = inUnits(at - now);
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  return format.format(at < now ? -count : count, unit);
}

/** Milliseconds until the calendar day changes: when 'Today' has to be said anew. */
export function untilMidnight(now: number): number {
  const next = new Date(now);
  next.setHours(24, 0, 0, 0);
  return next.getTime() - now;
}
