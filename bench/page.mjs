#!/usr/bin/env node
// Measures the page in Chromium against the real server. See bench/README.md.
//
//   bench/page [--big-home DIR] [--record]
//
// Needs the release build, Chromium and the packages of tests/browser (`make bench-page` brings them).
// The shop is that of the demo; with --big-home filters are also changed over that home.
// Exits with 1 when a budget is missed.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { parseArgs } from "node:util";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const { chromium } = createRequire(path.join(root, "tests/browser/package.json"))("@playwright/test");
const program = process.env.CA_PROGRAM ?? path.join(root, "build/release/src/cli/customeranalytics");
const password = "correct horse battery staple";
const budgets = { cold: 1000, script: 250, demo: 300, big: 500, task: 50 };
const { values: options } = parseArgs({
  options: { "big-home": { type: "string" }, record: { type: "boolean", default: false } },
});

const run = (home, args, input = "") => execFileSync(program, [...args, "--home", home], { input, encoding: "utf8" });
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const quantile = (values, q) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];
};

async function serve(home) {
  const child = spawn(program, ["serve", "--port", "0", "--home", home], { stdio: "ignore" });
  const file = path.join(home, "server.json");
  for (;;) {
    if (child.exitCode !== null) throw new Error("serve ended");
    const told = existsSync(file) ? JSON.parse(readFileSync(file, "utf8") || "null") : null;
    if (told?.pid === child.pid) return { url: told.url.replace(/\/$/, ""), stop: () => child.kill("SIGTERM") };
    await sleep(20);
  }
}

// In the page: when every card is in a final state and has been painted.
function watchSettled() {
  window.whenSettled = () =>
    new Promise((resolve) => {
      const look = () => {
        const cards = document.querySelectorAll("main [data-state]");
        const isBusy = cards.length === 0 || [...cards].some((card) => card.dataset.state === "loading");
        if (isBusy) requestAnimationFrame(look);
        else requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
      };
      look();
    });
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
  }).observe({ type: "longtask", buffered: false });
}

async function signedIn(browser, url) {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
  const answer = await context.request.post("/api/v1/session", { data: { username: "bench", password, remember: false } });
  if (!answer.ok()) throw new Error(await answer.text());
  const state = await context.storageState();
  await context.close();
  return async () => {
    const fresh = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 }, storageState: state });
    await fresh.addInitScript(watchSettled);
    return fresh;
  };
}

/** Milliseconds from the navigation's start to a page all of whose cards are drawn, with nothing kept. */
async function cold(newContext) {
  const times = [];
  for (let i = 0; i < 11; ++i) {
    const context = await newContext();
    const page = await context.newPage();
    await page.goto("/index");
    times.push(await page.evaluate(() => window.whenSettled()));
    await context.close();
  }
  return times.slice(1);
}

/** Of the scripts that the document itself names, compressed, in kB. */
async function firstScripts(url) {
  const html = await (await fetch(`${url}/index.html`)).text();
  let bytes = 0;
  for (const [, source] of html.matchAll(/(?:src|href)="(\/[^"]+\.js)"/g)) {
    bytes += gzipSync(Buffer.from(await (await fetch(url + source)).arrayBuffer()), { level: 9 }).length;
  }
  return bytes / 1000;
}

/** From a change of the range in the address to the page redrawn, windows that nobody asked for before. */
async function filterChanges(newContext, newest, names) {
  const context = await newContext();
  const page = await context.newPage();
  const times = [];
  for (const name of names) {
    await page.goto(`/${name}`);
    await page.evaluate(() => window.whenSettled());
    for (let i = 0; i < 20; ++i) {
      const end = new Date(Date.parse(newest) - (i * 7 + names.indexOf(name)) * 86_400_000);
      const begin = new Date(end.getTime() - (20 + 9 * i) * 86_400_000);
      const day = (date) => date.toISOString().slice(0, 10);
      times.push(
        await page.evaluate(
          async ([from, to]) => {
            const start = performance.now();
            history.pushState(null, "", `${location.pathname}?from=${from}&to=${to}`);
            dispatchEvent(new PopStateEvent("popstate"));
            await new Promise((resolve) => requestAnimationFrame(resolve));
            return (await window.whenSettled()) - start;
          },
          [day(begin), day(end)],
        ),
      );
    }
  }
  await context.close();
  return times;
}

/** The longest task while the pointer goes over a chart, in ms (0: none above 50). */
async function hover(newContext, address, selector) {
  const context = await newContext();
  const page = await context.newPage();
  await page.goto(address);
  await page.evaluate(() => window.whenSettled());
  const chart = page.locator(selector).first();
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  await sleep(500);
  await page.evaluate(() => void (window.longest = 0));
  for (let step = 0; step <= 300; ++step) {
    const share = step / 300;
    await page.mouse.move(box.x + 8 + share * (box.width - 16), box.y + box.height * (0.3 + 0.4 * Math.abs(Math.sin(9 * share))));
  }
  await sleep(200);
  const longest = await page.evaluate(() => window.longest);
  await context.close();
  return longest;
}

const folder = mkdtempSync(path.join(os.tmpdir(), "customeranalytics-bench-"));
const home = path.join(folder, "shop");
run(home, ["demo"]);
run(home, ["user", "add", "bench", "--role", "owner"], `${password}\n`);
const browser = await chromium.launch({
  executablePath: process.env.CA_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});
const lines = [];
let isMissed = false;
function row(what, value, unit, budget, detail = "") {
  if (value > budget) isMissed = true;
  lines.push(`| ${what} | ${value.toFixed(0)} ${unit} | ${budget} ${unit} | ${detail} |`);
  console.error(lines.at(-1));
}

const filtered = ["index", "funnel-session", "stats-purchase", "product"];
const server = await serve(home);
try {
  const newContext = await signedIn(browser, server.url);
  const times = await cold(newContext);
  row("first page drawn, nothing kept", quantile(times, 0.5), "ms", budgets.cold, `worst of 10: ${quantile(times, 1).toFixed(0)}`);
  row("scripts of the document, gzip", await firstScripts(server.url), "kB", budgets.script);
  const changes = await filterChanges(newContext, "2025-12-31", filtered);
  row("filter change to redrawn page, p95", quantile(changes, 0.95), "ms", budgets.demo, `p50: ${quantile(changes, 0.5).toFixed(0)}`);
  row("longest task, hovering a line of two years", await hover(newContext, "/stats-purchase", "main canvas"), "ms", budgets.task);
  row("longest task, hovering 5,000 points", await hover(newContext, "/rfm", "#recency-monetary canvas"), "ms", budgets.task);
} finally {
  server.stop();
}
if (options["big-home"]) {
  const big = options["big-home"];
  try {
    run(big, ["user", "add", "bench", "--role", "owner"], `${password}\n`);
  } catch {
    // He is there from the last time.
  }
  const server = await serve(big);
  try {
    const newContext = await signedIn(browser, server.url);
    const sessions = JSON.parse(run(big, ["report", "kpis", "--format", "json"]));
    const newest = sessions.as_of.slice(0, 10);
    const changes = await filterChanges(newContext, newest, filtered);
    row(`filter change over the other home, p95`, quantile(changes, 0.95), "ms", budgets.big, `p50: ${quantile(changes, 0.5).toFixed(0)}`);
  } finally {
    server.stop();
  }
}
await browser.close();
const table = ["| | measured | budget | |", "|---|---|---|---|", ...lines].join("\n");
console.log(table);
if (options.record) {
  const readme = path.join(root, "bench/README.md");
  const text = readFileSync(readme, "utf8");
  const recorded = `Recorded ${new Date().toISOString().slice(0, 10)} on ${os.cpus().length} cores, ${os.arch()}.\n\n${table}`;
  writeFileSync(readme, text.replace(/<!-- page -->[^]*<!-- \/page -->/, `<!-- page -->\n${recorded}\n<!-- /page -->`));
}
process.exit(isMissed ? 1 : 0);
