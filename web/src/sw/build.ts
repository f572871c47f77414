/** What the build says of itself, put in by `vite.sw.config.ts`. All are paths. */
export interface Build {
  /** Changes with every file of the client. */
  readonly revision: string;
  /** The script that the page starts with: pages of another build start with another. */
  readonly entry: string;
  /** What has a name that changes with its content. */
  readonly assets: readonly string[];
  /** Those of them that the page needs, to start and to go on without a network. */
  readonly needed: readonly string[];
  /** What the page needs besides, under names that stay. */
  readonly shell: readonly string[];
}

declare const __BUILD__: Build;

export const BUILD = __BUILD__;
