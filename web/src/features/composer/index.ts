/** Where one writes: what `app` puts below a conversation. */
export { Composer, type ComposerHandle, type ComposerProps } from "./Composer";
