import { svelte } from "@sveltejs/vite-plugin-svelte";
import { fileURLToPath } from "node:url";
import type { ProxyOptions } from "vite";
import { defineConfig } from "vitest/config";

// Where `npm run dev` finds the server: customeranalytics serve.
const server = process.env["CA_SERVER"] ?? "http://127.0.0.1:5000";
// The server answers its own pages only: what comes through here says it is one.
const proxy: ProxyOptions = { target: server, changeOrigin: true, headers: { origin: server } };

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
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
  server: { proxy: { "/api": proxy, "/docs": proxy, "/healthz": proxy, "/readyz": proxy } },
  test: { environment: "jsdom", include: ["src/**/*.test.ts"] },
}));
