// Names are data: whatever stands in a shop's files is shown as text, and never does anything.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newHome, password, run, Server } from "./support/program";
import { expect, settled, signIn, test } from "./support/test";

const script = "<script>alert(1)</script>";
const names = {
  script,
  image: `"><img src=x onerror=alert(1)>`,
  apostrophe: "O'Brien & \"Sons\" {name} {{x}}",
  emoji: "🍓 Strawberries 👩‍👩‍👧",
  rtl: "תות שדה ‎(عربي)",
  long: "Very long name ".repeat(14).slice(0, 200),
};
const all = Object.values(names);

const field = (text: string) => `"${text.replaceAll('"', '""')}"`;

function writeShop(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const sessions = ["order,who,start,amount,bought,promotion,place"];
  const baskets = ["order,product,category,price"];
  let order = 0;
  for (let day = 0; day < 84; day += 1) {
    all.forEach((name, index) => {
      const date = new Date(Date.UTC(2025, 0, 6 + day, 9 + index)).toISOString().slice(0, 19).replace("T", " ");
      order += 1;
      const other = all[(index + day) % all.length] ?? name;
      sessions.push([order, field(`${name}${day % 7}`), date, 10 + ((order * 7) % 31), 1, field(other), field(name)].join(","));
      baskets.push([order, field(name), field(other), 5].join(","), [order, field(other + "!"), field(name), 6].join(","));
    });
  }
  writeFileSync(join(folder, "sessions.csv"), `${sessions.join("\n")}\n`);
  writeFileSync(join(folder, "baskets.csv"), `${baskets.join("\n")}\n`);
  writeFileSync(join(folder, "connect.toml"), `
[workspace]
timezone = "Europe/London"
currency = "GBP"
[sessions]
type = "csv"
path = "sessions.csv"
[sessions.columns]
order_id = "order"
client = "who"
session_start_date = "start"
payment_amount = "amount"
has_purchased = "bought"
promotion_id = "promotion"
dimension = "place"
[products]
type = "csv"
path = "baskets.csv"
[products.columns]
order_id = "order"
product = "product"
category = "category"
price = "price"
`);
}

test.describe.configure({ mode: "default" });
test.use({ role: "", viewport: { width: 360, height: 740 } });

let server: Server;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  const home = newHome("names");
  writeShop(join(home, "..", "files"));
  run(home, ["connect", join(home, "..", "files", "connect.toml")]);
  run(home, ["run", "--only", "ingest,quality,journeys,exploratory,segments,publish"]);
  run(home, ["user", "add", "mira", "--role", "owner"], `${password}\n`);
  server = await Server.start(home);
});
test.afterAll(() => server.stop());

test.beforeEach(async ({ page }) => {
  page.on("dialog", (dialog) => {
    void dialog.dismiss();
    throw new Error("a name opened a dialog");
  });
  await page.goto(`${server.url}/login`);
  await signIn(page, "mira");
  await expect(page).toHaveURL(/\/index$/);
});

for (const name of ["index", "index2", "product", "promotion", "stats-desc", "rfm", "customer-segmentation", "funnel-session", "cohorts"]) {
  test(`/${name} shows names as text`, async ({ page }) => {
    for (const width of [360, 1440]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${server.url}/${name}`);
      await settled(page);
      const { wide, made } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth - window.innerWidth,
        made: document.querySelectorAll("main script, main img").length,
      }));
      expect(wide, `${name} at ${width}`).toBeLessThanOrEqual(0);
      expect(made).toBe(0);
    }
  });
}

test("products, as a list and as a table", async ({ page }) => {
  await page.goto(`${server.url}/product`);
  await settled(page);
  const main = page.locator("main");
  for (const name of all) await expect(main.getByText(name.trim(), { exact: true }).first(), name).toBeAttached();
  await page.goto(`${server.url}/report?name=most_ordered_products`);
  await settled(page);
  const cells = await page.getByTestId("card-table").locator("tbody td:first-child").allTextContents();
  for (const name of all) expect(cells.map((cell) => cell.trim())).toContain(name.trim());
});

test("populations, in their filter and in the address", async ({ page }) => {
  await page.getByTestId("filter-dimension").click();
  for (const name of all) await expect(page.getByRole("checkbox", { name: name.trim() })).toBeAttached();
  await page.getByRole("checkbox", { name: script }).check();
  await page.keyboard.press("Escape");
  await settled(page);
  await expect(page.getByTestId("filter-dimension")).toContainText(script);
  await page.reload();
  await settled(page);
  await expect(page.getByTestId("filter-dimension")).toContainText(script);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
});

test("customers, in the panel", async ({ page }) => {
  await page.locator("#kpis button.value").first().click();
  const panel = page.locator("[data-side-panel]");
  await expect(panel.locator("tbody tr")).not.toHaveCount(0);
  await panel.getByRole("searchbox").fill("alert(1)");
  await expect(panel.locator("tbody")).toContainText(script);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
});

test("what an address says is text too", async ({ page, complaints }) => {
  complaints.allow(400);
  complaints.allow(404);
  complaints.allow(422);
  const cell = { report: "kpis", column: "total_orders", key: {}, dimension: "main", from: null, to: null, about: script };
  await page.goto(`${server.url}/index?members=${encodeURIComponent(JSON.stringify(cell))}`);
  await expect(page.locator("[data-side-panel]")).toContainText(script);
  await page.goto(`${server.url}/index?dimension=${encodeURIComponent(script)}&segment=${encodeURIComponent(script)}`);
  await settled(page);
  expect(await page.locator("main script, main img").count()).toBe(0);
});
