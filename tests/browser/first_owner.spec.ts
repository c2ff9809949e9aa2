// The first hour with an empty server: its owner enrols, brings files, runs, and invites somebody.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { newHome, password, run, Server } from "./support/program";
import { expect, settled, shopFiles, signIn, test } from "./support/test";

test.describe.configure({ mode: "serial" });
test.use({ role: "" });

const home = newHome("first");
let server: Server;

test.beforeAll(async () => {
  server = await Server.start(home);
});
test.afterAll(() => server.stop());

const files = ["sessions", "customers", "products", "deliveries"].map((name) => `${name}.csv`);

test("the owner's link makes the first account", async ({ page, complaints }) => {
  complaints.allow(422);
  await page.goto(`${server.url}/login`);
  await expect(page.getByText("This server has no owner yet.")).toBeVisible();
  await page.goto(server.ownerLink);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Create the first account");
  await page.getByLabel("User name").fill("olga");
  await page.getByLabel("New password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("Choose a longer or less common password")).toBeVisible();
  await expect(page.getByLabel("New password", { exact: true })).toBeFocused();
  // Long enough for the page, but among those that are guessed first: the server says so.
  await page.getByLabel("New password", { exact: true }).fill("password1234");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("New password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("New password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("Account created. Sign in to continue.")).toBeVisible();
  // The link is good for one account.
  await page.goto("about:blank");
  await page.goto(server.ownerLink);
  await expect(page.getByText("This link is not valid any more.")).toBeVisible();
});

/** Files dropped from outside, as a file manager does. */
async function drop(page: Page, names: readonly string[]): Promise<void> {
  const texts = names.map((name) => ({ name, text: readFileSync(join(shopFiles(), name), "utf8") }));
  const transfer = await page.evaluateHandle((all) => {
    const made = new DataTransfer();
    for (const { name, text } of all) made.items.add(new File([text], name, { type: "text/csv" }));
    return made;
  }, texts);
  await page.locator("label:has(input[type=file])").dispatchEvent("drop", { dataTransfer: transfer });
}

test("files become a dashboard", async ({ page }) => {
  test.setTimeout(300_000);
  // Settings that come late must not take the place of what somebody has typed meanwhile.
  let answer = (): void => undefined;
  const late = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/api/v1/configuration", (route) => late.then(() => route.continue()));
  await page.goto(`${server.url}/welcome`);
  await signIn(page, "olga");
  await expect(page).toHaveURL(`${server.url}/welcome`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Let’s get your first chart");
  await expect(page.getByRole("button", { name: /Your files/ })).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveCount(0);
  answer();

  await page.getByLabel("Name", { exact: true }).fill("Kaffee & <b>Kuchen</b>");
  await page.getByLabel("Time zone").fill("Europe/London");
  await page.getByLabel("Currency").fill("GBP");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await drop(page, files);
  for (const [file, kind] of [["sessions", "sessions"], ["customers", "customers"], ["products", "products"], ["deliveries", "deliveries"]] as const) {
    await expect(page.getByLabel(`Which table ${file}.csv is`)).toHaveValue(kind);
  }

  // One of them is looked at before it is used: what was found of its columns, and all its rows checked.
  await page.getByRole("button", { name: /^Sessions/ }).click();
  await expect(page.getByRole("row", { name: /order id/ }).getByRole("combobox")).toHaveValue("session_id");
  await page.getByRole("button", { name: "Check all rows" }).click();
  const rows = readFileSync(join(shopFiles(), "sessions.csv"), "utf8").trimEnd().split("\n").length - 1;
  const quality = page.getByRole("region", { name: "Data quality" });
  await expect(quality).toContainText(`of ${rows.toLocaleString("en-GB")} rows can be used`, { timeout: 60_000 });
  await page.getByRole("button", { name: /Your files/ }).click();
  await page.getByRole("button", { name: "Use these 4 files" }).click();

  await page.getByRole("button", { name: "Start the first run" }).click();
  const bar = page.getByRole("progressbar", { name: "Progress of the run" });
  const seen = { percents: new Set<string>(), stages: new Set<string>() };
  await expect
    .poll(
      async () => {
        if (await page.getByRole("link", { name: "Open the dashboard" }).first().isVisible()) return "over";
        seen.percents.add((await bar.getAttribute("aria-valuenow").catch(() => null)) ?? "");
        seen.stages.add((await page.locator("[aria-live] > p").first().textContent().catch(() => null)) ?? "");
        return "works";
      },
      { timeout: 240_000, intervals: [200] },
    )
    .toBe("over");
  expect(seen.percents.size).toBeGreaterThan(2);
  expect(seen.stages.size).toBeGreaterThan(2);

  await page.getByRole("link", { name: "Open the dashboard" }).first().click();
  await expect(page).toHaveURL(/\/index$/);
  await settled(page);
  await expect(page.getByRole("complementary").getByText("Kaffee & <b>Kuchen</b>")).toBeVisible();
  const [told] = JSON.parse(`[${run(home, ["report", "kpis", "--json"])}]`) as [{ columns: { name: string }[]; rows: unknown[][] }];
  const kpi = (name: string) => Number(told.rows[0]?.[told.columns.findIndex((column) => column.name === name)]);
  const exact = (value: number, decimals = 0) =>
    value.toLocaleString("en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const tile = (name: string) => page.locator(".tile", { has: page.getByRole("heading", { name, exact: true }) });
  await expect(tile("Orders").locator(".value")).toHaveAttribute("title", exact(kpi("total_orders")));
  await expect(tile("Visitors").locator(".value")).toHaveAttribute("title", exact(kpi("total_visitors")));
  await expect(tile("Revenue").locator(".value")).toHaveAttribute("title", `£${exact(kpi("total_revenue"), 2)}`);
  await expect(tile("Discount").locator(".value")).toHaveAttribute("title", `£${exact(kpi("total_discount"), 2)}`);

  await page.getByRole("button", { name: "Account of olga" }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await expect(page.getByText("You are signed out.")).toBeVisible();
  await page.goto(`${server.url}/index`);
  await expect(page).toHaveURL(/\/login\?next=%2Findex$/);
});

test("an invitation makes a viewer, who may look and nothing else", async ({ page, complaints }) => {
  complaints.allow(401);
  const link = /http\S+/.exec(run(home, ["user", "add", "vito", "--role", "viewer", "--invite"]))?.[0] ?? "";
  await page.goto(server.url + "/register" + new URL(link).hash);
  await page.getByLabel("User name").fill("vito");
  await page.getByLabel("New password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("link", { name: "Sign in" }).click();

  await signIn(page, "vito", "not the password");
  await expect(page.getByRole("alert")).not.toBeEmpty();
  await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  await expect(page.getByLabel("User name")).toHaveValue("vito");

  await page.goto(`${server.url}/cohorts?range=28d`);
  await expect(page).toHaveURL(/\/login\?next=/);
  await signIn(page, "vito");
  await expect(page).toHaveURL(`${server.url}/cohorts?range=28d`);
  await page.goto(`${server.url}/welcome`);
  await expect(page.getByText("You do not have access to this page.")).toBeVisible();
});

for (const next of ["https://example.com/", "//example.com", "javascript:alert(1)"]) {
  test(`signing in does not lead to ${JSON.stringify(next)}`, async ({ page }) => {
    await page.goto(`${server.url}/login?next=${encodeURIComponent(next)}`);
    await signIn(page, "olga");
    await expect(page).toHaveURL(`${server.url}/index`);
  });
}
