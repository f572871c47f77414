/** Whether what is loaded over the present network may cost money. */

/** Network Information API: not in all browsers, and not in the types of the platform. */
interface Connection extends EventTarget {
  readonly type?: string;
  readonly saveData?: boolean;
}

function connection(): Connection | undefined {
  return (navigator as { readonly connection?: Connection }).connection;
}

/** True on a mobile network, or where the person asks to save data; false where nobody knows. */
export function metered(): boolean {
  const { type, saveData = false } = connection() ?? {};
  return saveData || type === "cellular";
}

/** Call `changed` when it may be another; gives the way to end it. */
export function onMetered(changed: () => void): () => void {
  const found = connection();
  found?.addEventListener("change", changed);
  return () => found?.removeEventListener("change", changed);
}
