// The page in Debian's Chromium against the real server: see support/. CA_PROGRAM names the program.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  globalSetup: "./support/setup.ts",
  outputDir: process.env["CA_BROWSER_OUTPUT"] ?? "../../build/browser",
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  reporter: [["line"]],
  timeout: 120_000,
  // A machine that is busy with something else may break one try; a test that fails twice is wrong.
  retries: 1,
  expect: { timeout: 15_000 },
  use: {
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    trace: "on-first-retry",
    launchOptions: {
      executablePath: process.env["CA_CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
      ],
    },
  },
});
