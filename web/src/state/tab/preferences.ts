/** Settings of this device: in the browser's small storage, so that they are there at once. */
import type { Preferences } from "../model";

const KEY = "chinwag.preferences";

const DEFAULTS: Preferences = {
  theme: "system",
  language: "",
  contrast: "system",
  motion: "system",
  enterSends: true,
  singleKeys: true,
  sounds: true,
  notifications: false,
  previews: true,
  autoLoad: { photo: "always", video: "always", document: "always" },
};

export function loadPreferences(): Preferences {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof saved === "object" ? { ...DEFAULTS, ...saved } : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}

/** Other tabs hear of it. Nothing is kept where nothing may be. */
export function savePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // They last as long as the tab.
  }
}

/** Call `changed` when another tab changes them. */
export function onPreferences(changed: (preferences: Preferences) => void): void {
  addEventListener("storage", ({ key }) => {
    if (key === KEY) changed(loadPreferences());
  });
}
