/** Tells the service worker which files the phone page needs, so that it can keep them. */
import { createHash } from "node:crypto";
import type { Plugin } from "vite";

const SCREEN = "/src/field/field-screen.tsx";
const ALWAYS = ["/mark.svg", "/manifest.webmanifest", "/icon-192.png", "/icon-512.png"];

interface Chunk {
  type: "chunk";
  fileName: string;
  name: string;
  isEntry: boolean;
  facadeModuleId: string | null;
  imports: string[];
  code: string;
  viteMetadata?: { importedCss: Set<string> };
}

export function shellFiles(): Plugin {
  return {
    name: "callout-shell-files",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((each) => each.type === "chunk") as unknown as Chunk[];
      const worker = chunks.find(({ name }) => name === "sw");
      const roots = chunks.filter((chunk) => chunk.name === "index" && chunk.isEntry || chunk.facadeModuleId?.endsWith(SCREEN));
      if (!worker || roots.length !== 2) throw new Error("The phone page or its service worker is not in the bundle.");
      const found = new Set<string>();
      const follow = (chunk: Chunk) => {
        if (found.has(chunk.fileName)) return;
        found.add(chunk.fileName);
        for (const css of chunk.viteMetadata?.importedCss ?? []) found.add(css);
        for (const name of chunk.imports) follow(chunks.find((each) => each.fileName === name)!);
      };
      roots.forEach(follow);
      const files = [...found].map((name) => `/${name}`).concat(ALWAYS).sort();
      // Names of built files are hashes of what they hold.
      const version = createHash("sha256").update(files.join() + worker.code).digest("hex").slice(0, 12);
      worker.code = worker.code.replaceAll("__FILES__", JSON.stringify({ version, files }));
    },
  };
}
