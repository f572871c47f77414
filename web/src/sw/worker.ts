/** The global object of a service worker, with its type. */
export const worker = self as unknown as ServiceWorkerGlobalScope;
