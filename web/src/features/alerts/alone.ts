/**
 * Does something with notifications while nobody else does, be it a page or the service worker.
 * Chromium takes one that is just being shown, while another asks which are there, for one that the
 * system has put away, and forgets it.
 */
export function alone<T>(act: () => Promise<T>): Promise<T> {
  return navigator.locks.request("notifications", act);
}
