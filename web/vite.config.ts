import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// `npm run dev` serves the sources and passes everything that is the server's on to it.
const SERVER = process.env["CHINWAG_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2023",
    // The themes rest on light-dark(): rewritten for older browsers, a part of the page could not
    // have a theme of its own.
    cssTarget: ["chrome123", "edge123", "firefox121", "safari17.5"],
    // A data: URL for every small asset would need `data:` in the policy, and is no gain over HTTP.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // What the licences of others ask for: their names and texts, at /licenses.txt.
    license: { fileName: "licenses.txt" },
  },
  server: { proxy: { "/api": SERVER, "/ws": { target: SERVER, ws: true } } },
  test: {
    // Properties of thousands of cases, on machines that are busy with others.
    testTimeout: 30_000,
    include: ["src/**/*.test.ts", "src/**/*.test.tsx"],
  },
});
