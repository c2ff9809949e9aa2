// The customers behind a number: whatever is drawn and counts opens them, as many as the number says.
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { expect, settled, test } from "./support/test";
import { reportOf, type Report } from "./support/table";

/** What of each page opens customers: cards by the kind of their marks. Tiles are a group of numbers. */
const marks: Record<string, Record<string, "tile" | "chart" | "number" | "cell">> = {
  index: { kpis: "tile", orders: "chart", churn: "number", "churn-weekly": "chart", segments: "number", journey: "chart", products: "number" },
  index2: { cohorts: "cell" },
  "funnel-session": { conversion: "number", trend: "chart" },
  "funnel-customer": { conversion: "number" },
  cohorts: { cohorts: "cell" },
  "stats-purchase": { hourly: "chart" },
  "stats-desc": { payments: "chart" },
  product: { "product-revenue": "number" },
  promotion: { organic: "chart", "promotion-customers": "number" },
  churn: { churn: "number", "churn-monthly": "chart" },
  "customer-segmentation": { segments: "number", "segment-table": "number" },
  anomaly: { "order-score": "chart" },
};

interface Cell {
  report: string;
  dimension: string;
  key: Record<string, string | number | boolean | null>;
  column: string;
}

/** The open cell, as the address has it. */
async function cellOf(page: Page): Promise<Cell> {
  await expect(page).toHaveURL(/[?&]members=/);
  return JSON.parse(new URL(page.url()).searchParams.get("members") ?? "") as Cell;
}

function valueIn(report: Report, { key, column }: Cell): number {
  const at = (name: string) => report.columns.findIndex((one) => one.name === name);
  const row = report.rows.find((cells) => Object.entries(key).every(([name, value]) => cells[at(name)] === value));
  return Number(row?.[at(column)]);
}

const countIn = (text: string): number => Number(/\d[\d,]*/.exec(text)?.[0].replaceAll(",", ""));

/** The panel lists who was counted: its totals are those of the interface and, where it counts, of the number drawn. */
async function listsWhoWasCounted(page: Page, drawn: string): Promise<void> {
  const cell = await cellOf(page);
  const panel = page.locator("[data-side-panel]");
  await expect(panel.getByRole("table").or(panel.getByText("Nobody is behind this number."))).toBeVisible();
  const answer = await page.request.get(
    `/api/v1/reports/${cell.report}/members?${new URLSearchParams({ cell: JSON.stringify({ key: cell.key, column: cell.column }), limit: "1" }).toString()}`,
  );
  expect(answer.ok()).toBe(true);
  const told = (await answer.json()) as { counts: string; n: number; total_rows: number; anonymous: number };
  const title = await panel.getByRole("heading", { level: 2 }).innerText();
  expect(countIn(title), title).toBe(told.total_rows);
  if (told.counts !== "customers") {
    await expect(panel.locator(".about").first()).toContainText(`${told.n.toLocaleString("en-GB")} ${told.counts.replace(/s$/, "")}`);
  }
  const report = await reportOf(page, cell.report);
  const unit = report.columns.find(({ name }) => name === cell.column)?.unit ?? "";
  if (["orders", "sessions", "customers"].includes(unit)) {
    // The number itself: in the report, in the panel, and as it was drawn.
    const value = valueIn(report, cell);
    const counted = told.counts === "customers" && unit === "customers" ? told.total_rows + told.anonymous : told.n;
    expect(counted, `${cell.report} ${cell.column}`).toBe(value);
    if (drawn !== "") expect(drawn.replace(/(?<=\d),(?=\d)/g, "")).toContain(String(value));
  }
}

/** Opens one mark with the keyboard; what it said of itself. */
async function openWithKeys(card: Locator, kind: "tile" | "chart" | "number" | "cell"): Promise<string> {
  if (kind === "chart") {
    const chart = card.getByRole("slider").first();
    await chart.focus();
    await chart.press("End");
    await chart.press("ArrowLeft");
    const said = (await chart.getAttribute("aria-valuetext")) ?? "";
    await chart.press("Enter");
    return /\d(k|M)/.test(said) ? "" : said;
  }
  const mark =
    kind === "tile" ? card.locator("button.value").first()
    : kind === "cell" ? card.locator("td.cell").first()
    : card.locator(".plot button:enabled").filter({ hasText: /\d/ }).first();
  await mark.focus();
  const said = `${(await mark.getAttribute("aria-label")) ?? ""} ${(await mark.getAttribute("title")) ?? ""} ${await mark.innerText()}`;
  await mark.press("Enter");
  return kind === "cell" ? "" : said;
}

for (const [name, cards] of Object.entries(marks)) {
  test(`/${name} lists the customers behind its numbers`, async ({ page }) => {
    test.slow();
    await page.goto(`/${name}`);
    await settled(page);
    for (const [id, kind] of Object.entries(cards)) {
      await test.step(id, async () => {
        const said = await openWithKeys(page.locator(`#${id}`), kind);
        await listsWhoWasCounted(page, said);
        await page.keyboard.press("Escape");
        await expect(page.locator("[data-side-panel]")).toHaveCount(0);
        await expect(page).not.toHaveURL(/members=/);
      });
    }
  });
}

test("the panel sorts, pages, searches and is taken along", async ({ page }) => {
  await page.goto("/index");
  await settled(page);
  await page.locator("#kpis").locator("button.value").nth(1).click();
  const panel = page.locator("[data-side-panel]");
  const total = countIn(await panel.getByRole("heading", { level: 2 }).filter({ hasText: /\d/ }).innerText());
  expect(total).toBeGreaterThan(200);
  const rows = panel.locator("tbody tr");
  await expect(rows).toHaveCount(100);

  await panel.getByRole("button", { name: "Orders", exact: true }).click();
  await expect(panel.getByRole("columnheader", { name: "Orders" })).toHaveAttribute("aria-sort", "descending");
  await expect(panel.locator("table")).toHaveAttribute("aria-busy", "false");
  const orders = await rows.locator("td:nth-last-child(3)").allInnerTexts();
  const counts = orders.map(countIn);
  expect(counts).toEqual([...counts].sort((a, b) => b - a));

  const first = await rows.first().locator("td").first().innerText();
  await panel.getByRole("button", { name: "Next page" }).click();
  await expect(panel.getByRole("status")).toContainText(`101–200 of ${total.toLocaleString("en-GB")}`);
  await expect(rows.first().locator("td").first()).not.toHaveText(first);
  await panel.getByRole("button", { name: "Page before" }).click();
  await expect(rows.first().locator("td").first()).toHaveText(first);

  await panel.getByRole("searchbox").fill(first.toLowerCase());
  await expect(panel.getByRole("status")).toHaveText("1 found");
  await expect(rows).toHaveCount(1);
  await panel.getByRole("searchbox").fill("no such customer");
  await expect(panel.getByText("No customer here has this in the id.")).toBeVisible();
  await panel.getByRole("searchbox").fill("");

  const [download] = await Promise.all([page.waitForEvent("download"), panel.getByRole("link", { name: "CSV" }).click()]);
  const lines = readFileSync(await download.path(), "utf8").trimEnd().split("\n");
  expect(lines).toHaveLength(total + 1);

  await page.reload();
  await expect(panel.getByRole("heading", { level: 2 })).toContainText(String(total.toLocaleString("en-GB")));
});

test.describe("a viewer", () => {
  test.use({ role: "viewer" });

  test("sees numbers, and is told that single customers are not his to see", async ({ page }) => {
    const cell = { report: "kpis", column: "total_orders", key: {}, dimension: "main", from: null, to: null, about: "Orders" };
    await page.goto("/index");
    await settled(page);
    await expect(page.locator("button.value")).toHaveCount(0);
    await page.goto(`/index?members=${encodeURIComponent(JSON.stringify(cell))}`);
    await expect(page.getByText("You may not see single customers")).toBeVisible();
    const answer = await page.request.get(`/api/v1/reports/kpis/members?cell=${encodeURIComponent(JSON.stringify({ key: {}, column: "total_orders" }))}`);
    expect(answer.status()).toBe(403);
  });
});
