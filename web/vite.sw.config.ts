import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import type { Build } from "./src/sw/build";

// The second step of the build: the service worker, which knows all files of the first.
const DIST = "dist";
// Letters that not everybody reads, and emoji; kept once they have been asked for.
const SELDOM = /\.(?:json|woff2)$/;
const ALWAYS = /inter-latin-wght-normal/;
const ICONS = ["/icons/app-192.png", "/icons/badge-96.png"];
const SHELL = /\.(?:ico|js|svg|webmanifest)$/;

function build(): Build {
  if (!existsSync(`${DIST}/index.html`)) throw new Error("the page is built first");
  const page = readFileSync(`${DIST}/index.html`, "utf8");
  const entry = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1];
  if (entry === undefined) throw new Error("the page names no script");
  const assets = readdirSync(`${DIST}/assets`)
    .sort()
    .map((name) => `/assets/${name}`);
  const hash = createHash("sha256").update(page).update(assets.join());
  const shell = readdirSync(DIST)
    .filter((name) => SHELL.test(name) && name !== "sw.js")
    .sort()
    .map((name) => `/${name}`)
    .concat(ICONS);
  for (const path of shell) hash.update(readFileSync(DIST + path));
  return {
    revision: hash.digest("hex").slice(0, 16),
    entry,
    assets,
    needed: assets.filter((path) => !SELDOM.test(path) || ALWAYS.test(path)),
    shell,
  };
}

export default defineConfig(() => ({
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  define: { __BUILD__: JSON.stringify(build()) },
  publicDir: false as const,
  build: {
    target: "es2023",
    outDir: DIST,
    emptyOutDir: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: "src/sw/sw.ts",
      output: { format: "iife" as const, entryFileNames: "sw.js" },
    },
  },
}));
