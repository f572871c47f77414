/** What this device is called in the list of devices, until somebody renames it. */

const BROWSERS = [
  ["Edge", /Edg\//],
  ["Opera", /OPR\//],
  ["Samsung Internet", /SamsungBrowser\//],
  ["Firefox", /Firefox\/|FxiOS\//],
  ["Chrome", /Chrome\/|CriOS\//],
  ["Safari", /Safari\//],
] as const;

const SYSTEMS = [
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["Android", /Android/],
  ["Windows", /Windows/],
  ["Mac", /Mac OS X/],
  ["ChromeOS", /CrOS/],
  ["Linux", /Linux/],
] as const;

type Rules = readonly (readonly [string, RegExp])[];

const match = (rules: Rules, agent: string) => rules.find(([, rule]) => rule.test(agent))?.[0];

/** Browser and system out of a user agent; null where nothing is known. */
export function deviceOf(agent: string): { browser: string; system: string } | null {
  const browser = match(BROWSERS, agent);
  const system = match(SYSTEMS, agent);
  return browser && system ? { browser, system } : null;
}
