/**
 * What the service worker has to know of the page's preferences. They lie in the cache storage: the
 * one place that both reach and that needs no schema.
 */
export interface Kept {
  /** Of the page, as a language tag. */
  readonly language: string;
  readonly sounds: boolean;
}

const CACHE = "alerts";
const PLACE = "/kept";

export async function keep(value: Kept): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.put(PLACE, Response.json(value));
}

/** What was kept last; what the browser says while nothing was. */
export async function kept(): Promise<Kept> {
  const found = await (await caches.open(CACHE)).match(PLACE);
  if (!found) return { language: navigator.language, sounds: true };
  return (await found.json()) as Kept;
}
