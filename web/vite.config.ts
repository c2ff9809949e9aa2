import { svelte } from "@sveltejs/vite-plugin-svelte";
import { fileURLToPath } from "node:url";
import type { Plugin, ProxyOptions } from "vite";
import { defineConfig } from "vitest/config";

// Where `npm run dev` finds the server: customeranalytics serve.
const server = process.env["CA_SERVER"] ?? "http://127.0.0.1:5000";
// The server answers its own pages only: what comes through here says it is one.
const proxy: ProxyOptions = { target: server, changeOrigin: true, headers: { origin: server } };

// The library of the three-dimensional chart makes programs of texts; the server's policy forbids that.
function withoutPrograms(): Plugin {
  const program = /new Function\('width', 'height', 'dpr', 'return ' \+ (exprRes\[1\])\)/;
  const ours = fileURLToPath(new URL("./src/charts/size_expression.ts", import.meta.url));
  return {
    name: "without-programs",
    transform(code, id) {
      if (!id.endsWith("claygl/src/createCompositor.js")) return null;
      if (!program.test(code)) throw new Error(`${id} has changed: it is to be read again.`);
      return `import { sizeExpression } from ${JSON.stringify(ours)};\n${code.replace(program, "sizeExpression($1)")}`;
    },
  };
}

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), withoutPrograms()],
  resolve: {
    alias: { $: fileURLToPath(new URL("./src", import.meta.url)) },
    ...(mode === "test" ? { conditions: ["browser"] } : {}),
  },
  build: {
    // Everything is a file of its own with a hashed name: the policy of the server forbids what is inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    outDir: process.env["CA_SITE"] ?? "dist",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 1200,
    rolldownOptions: { output: { hashCharacters: "hex" } },
    reportCompressedSize: false,
  },
  // The map's worker is named like everything else.
  worker: { format: "es", rolldownOptions: { output: { hashCharacters: "hex", entryFileNames: "assets/[name]-[hash].js" } } },
  server: { proxy: { "/api": proxy, "/docs": proxy, "/healthz": proxy, "/readyz": proxy } },
  test: { environment: "jsdom", isolate: false, pool: "threads", include: ["src/**/*.test.ts"] },
}));
