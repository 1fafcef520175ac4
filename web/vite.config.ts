import { defineConfig } from "vitest/config";
import { fixtureServer } from "./fixture/plugin.ts";
import { pages } from "./fixture/pages.ts";

/** With CALLOUT_API the development server passes /api on to a running API; without, it answers from fixture/. */
const api = process.env.CALLOUT_API;

export default defineConfig({
  plugins: api ? [pages()] : [pages(), fixtureServer()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: { host: "127.0.0.1", proxy: api ? { "/api": { target: api } } : {} },
  build: { target: "es2022", sourcemap: false, rolldownOptions: { input: ["index.html", "link.html"] } },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
