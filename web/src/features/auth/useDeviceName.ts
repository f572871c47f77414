import { LIMITS } from "@/wire/types";
import { useWords } from "@/words";
import { deviceOf } from "./deviceName";

/** 'Firefox on Linux', in the reader's language. */
export function useDeviceName(): string {
  const t = useWords("auth");
  const device = deviceOf(navigator.userAgent);
  const name = device ? t("deviceOn", device) : navigator.userAgent;
  return name.slice(0, LIMITS.DEVICE_NAME_CHARS);
}
