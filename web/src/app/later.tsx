/** Screens whose code is loaded when they are first shown. */
import { use, type ComponentType } from "react";

/** Loads that failed, to be forgotten before the next try. */
const failed = new Set<() => void>();

/** Where loading failed (no network, an old version of the page), the next rendering loads again. */
export function forgetFailed(): void {
  for (const forget of failed) forget();
  failed.clear();
}

/**
 * A component that suspends until its code is there; with `soon`, loading begins before it is
 * shown. Unlike with `React.lazy`, a load that failed is not the last word: see `forgetFailed`.
 */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
  { soon = false } = {},
): ComponentType<P> {
  let loading: Promise<ComponentType<P>> | null = null;
  let there: ComponentType<P> | null = null;
  const begun = () => {
    if (!loading) {
      loading = load();
      loading.then(
        (screen) => (there = screen),
        () => failed.add(() => (loading = null)),
      );
    }
    return loading;
  };
  if (soon) void begun();
  return function Later(props: P) {
    // What is there is not asked of the promise: that would cost a second rendering, in slices.
    const Screen = there ?? use(begun());
    return <Screen {...props} />;
  };
}
