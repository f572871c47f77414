/** For how long a chat may be silent. */
import i18next from "i18next";
import { LIMITS, type Millis } from "@/wire/types";
import { duration } from "./time";

const HOUR = 3_600_000;
const LENGTHS = [8 * HOUR, 7 * 24 * HOUR];

export interface MuteChoice {
  readonly label: string;
  readonly until: Millis;
}

/** "For 8 hours", "For 1 week", "Always". */
export function muteChoices(now: Millis): readonly MuteChoice[] {
  return [
    ...LENGTHS.map((length) => ({
      label: i18next.t("time:for", { duration: duration(length) }),
      until: now + length,
    })),
    { label: i18next.t("time:always"), until: LIMITS.SAFE_INTEGER },
  ];
}
