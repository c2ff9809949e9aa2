// Filters: each can be chosen, is in the address, survives a reload and the way back, and what is drawn
// is what the interface answers to that question.
import type { Page } from "@playwright/test";
import { expect, settled, test } from "./support/test";
import { differences, readTable, reportOf } from "./support/table";

/** The table of the card "orders" is the report daily_orders as asked. */
async function drawsAnswer(page: Page, question: Record<string, string>): Promise<void> {
  await settled(page);
  const report = await reportOf(page, "daily_orders", question);
  const table = page.getByTestId("card-orders").locator("table");
  await expect(table).toHaveAttribute("aria-rowcount", String(report.rows.length + 1));
  expect(differences(await readTable(table), report)).toEqual([]);
}

/** The same after a reload; without it after going back; with it again after going forward. */
async function isKept(page: Page, label: string, value: string | RegExp): Promise<void> {
  const { href } = new URL(page.url());
  const chip = page.getByTestId(`filter-${label}`);
  await expect(chip).toContainText(value);
  await page.reload();
  await expect(chip).toContainText(value);
  await page.goBack();
  await expect(chip).not.toContainText(value);
  await page.goForward();
  await expect(page).toHaveURL(href);
  await expect(chip).toContainText(value);
}

const newestOf = async (page: Page): Promise<string> => {
  const report = await reportOf(page, "daily_orders");
  return String(report.rows.at(-1)?.[report.columns.findIndex(({ name }) => name === "daily")]);
};
const before = (day: string, days: number) => new Date(Date.parse(day) - 86_400_000 * days).toISOString().slice(0, 10);

const start = "/index?table=orders";

test.beforeEach(async ({ page }) => {
  await page.goto(start);
  await settled(page);
});

test("a range by its preset", async ({ page }) => {
  await page.getByTestId("filter-range").click();
  await page.getByRole("button", { name: "Last 28 days" }).click();
  await expect(page).toHaveURL(/[?&]range=28d/);
  const newest = await newestOf(page);
  await drawsAnswer(page, { from: before(newest, 27), to: newest });
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("filter-range")).toBeFocused();
  await isKept(page, "range", "28 days");
});

test("a range as it is typed", async ({ page }) => {
  await page.keyboard.press("d");
  const input = page.getByLabel("Type a range");
  await expect(input).toBeFocused();
  await input.fill("soon");
  await expect(page.getByText("That is no range of days")).toBeVisible();
  await input.press("Enter");
  await expect(page).toHaveURL(start);
  await input.fill("2025-03-03 to 2025-03-16");
  await input.press("Enter");
  await expect(page).toHaveURL(/from=2025-03-03&to=2025-03-16/);
  await drawsAnswer(page, { from: "2025-03-03", to: "2025-03-16" });
  await isKept(page, "range", "14 days");
});

test("a range in the calendar, with the keyboard", async ({ page }) => {
  const newest = await newestOf(page);
  await page.getByTestId("filter-range").click();
  await page.locator(`[data-day="${newest}"]`).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`from=${before(newest, 7)}&to=${newest}`));
  await drawsAnswer(page, { from: before(newest, 7), to: newest });
  await page.keyboard.press("Escape");
  await isKept(page, "range", "8 days");
});

test("a comparison", async ({ page }) => {
  await page.goto(`${start}&from=2025-03-03&to=2025-03-16`);
  await page.getByTestId("filter-compare").click();
  await page.getByRole("menuitemradio", { name: "previous period" }).click();
  await expect(page).toHaveURL(/compare=previous/);
  await settled(page);
  const answer = await page.request.get("/api/v1/reports/kpis?from=2025-03-03&to=2025-03-16&compare=previous");
  const [now, then] = (await answer.json()) as [Awaited<ReturnType<typeof reportOf>>, Awaited<ReturnType<typeof reportOf>>];
  const orders = (of: typeof now) => Number(of.rows[0]?.[of.columns.findIndex(({ name }) => name === "total_orders")]);
  const change = Math.abs((100 * (orders(now) - orders(then))) / orders(then)).toFixed(1);
  const tile = page.locator(".tile", { has: page.getByRole("heading", { name: "Orders", exact: true }) });
  await expect(tile.locator(".value")).toHaveAttribute("title", orders(now).toLocaleString("en-GB"));
  await expect(tile.locator(".change")).toContainText(change);
  await expect(tile.locator(".change")).toContainText("vs previous period");
  await isKept(page, "compare", "previous period");
});

test("two populations", async ({ page }) => {
  await page.getByTestId("filter-dimension").click();
  await page.getByRole("checkbox", { name: /^Bristol/ }).check();
  await page.getByRole("checkbox", { name: /^Leeds/ }).check();
  await expect(page).toHaveURL(/dimension=Bristol,Leeds/);
  await page.keyboard.press("Escape");
  await settled(page);
  const answer = await page.request.get("/api/v1/reports/daily_orders?dimension=Bristol,Leeds");
  const both = (await answer.json()) as Awaited<ReturnType<typeof reportOf>>[];
  const [bristol, leeds] = both;
  if (!bristol || !leeds) throw new Error("two populations, two reports");
  const table = page.getByTestId("card-orders").locator("table");
  await expect(table).toHaveAttribute("aria-rowcount", String(bristol.rows.length + leeds.rows.length + 1));
  expect(differences(await readTable(table), { ...bristol, rows: [...bristol.rows, ...leeds.rows] })).toEqual([]);
  // Each of the two was a step.
  const chip = page.getByTestId("filter-dimension");
  await page.reload();
  await expect(chip).toContainText("Bristol, Leeds");
  await page.goBack();
  await expect(chip).toContainText("Bristol");
  await expect(chip).not.toContainText("Leeds");
});

test("a segment", async ({ page }) => {
  await page.getByTestId("filter-segment").click();
  await page.getByRole("menuitemradio", { name: /champions/i }).click();
  await expect(page).toHaveURL(/segment=champions/);
  await drawsAnswer(page, { segment: "champions" });
  await isKept(page, "segment", /champions/i);
});

test("the address alone is enough", async ({ context }) => {
  const other = await context.newPage();
  await other.goto(`${start}&from=2025-03-03&to=2025-03-16&dimension=Leeds&segment=champions`);
  await expect(other.getByTestId("filter-range")).toContainText("14 days");
  await expect(other.getByTestId("filter-dimension")).toContainText("Leeds");
  await expect(other.getByTestId("filter-segment")).toContainText(/champions/i);
  await drawsAnswer(other, { from: "2025-03-03", to: "2025-03-16", dimension: "Leeds", segment: "champions" });
});

test("going on takes the filters along, and nothing of a card", async ({ page }) => {
  await page.goto("/index?range=28d&table=orders");
  await settled(page);
  await page.getByRole("link", { name: "Cohorts" }).click();
  await expect(page).toHaveURL("/cohorts?range=28d");
});
