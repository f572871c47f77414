/** Which first steps a new account has before it. Kept on this device until they are done. */

export const STEPS = ["group", "about"] as const;

export type Step = (typeof STEPS)[number];

const KEY = "chinwag.first-steps";

/** Called when an account is made here. */
export function beginFirstSteps(): void {
  localStorage.setItem(KEY, STEPS.join());
}

/** Those not skipped, in order; none on a device that the account was not made on. */
export function stepsLeft(): readonly Step[] {
  const kept = (localStorage.getItem(KEY) ?? "").split(",");
  return STEPS.filter((step) => kept.includes(step));
}

export function skipStep(step: Step): readonly Step[] {
  const rest = stepsLeft().filter((other) => other !== step);
  if (rest.length > 0) localStorage.setItem(KEY, rest.join());
  else localStorage.removeItem(KEY);
  return rest;
}
