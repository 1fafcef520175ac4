import { defineConfig } from "vitest/config";
import { fixtureServer } from "./fixture/plugin.ts";
import { pages } from "./fixture/pages.ts";
import { shellFiles } from "./shell-files.ts";

/** With CALLOUT_API the development server passes /api on to a running API; without, it answers from fixture/. */
const api = process.env.CALLOUT_API;

export default defineConfig({
  plugins: [pages(), ...(api ? [] : [fixtureServer()]), shellFiles()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: { host: "127.0.0.1", proxy: api ? { "/api": { target: api } } : {} },
  build: {
    target: "es2022",
    sourcemap: false,
    rolldownOptions: {
      input: { index: "index.html", link: "link.html", sw: "src/field/worker.ts" },
      // A service worker has one name for ever; the scope of /field is below it.
      output: { entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
