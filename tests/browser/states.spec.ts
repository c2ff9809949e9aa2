// What is not as usual: tables that are not connected, a server that is gone, results that are old, the demo shop.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newHome, password, run, Server, until } from "./support/program";
import { address, expect, settled, shopFiles, signIn, test } from "./support/test";

test.describe("a shop of sessions alone", () => {
  test.describe.configure({ mode: "serial" });
  test.use({ role: "" });

  const home = newHome("sessions");
  let server: Server;

  test.beforeAll(async () => {
    test.setTimeout(180_000);
    const folder = join(home, "..", "files");
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(shopFiles(), "sessions.csv"), join(folder, "sessions.csv"));
    writeFileSync(join(folder, "connect.toml"), `
[workspace]
timezone = "Europe/London"
[sessions]
type = "csv"
path = "sessions.csv"
[sessions.columns]
order_id = "session_id"
client = "customer_id"
session_start_date = "started_at"
payment_amount = "paid"
has_purchased = "purchased"
`);
    run(home, ["connect", join(folder, "connect.toml")]);
    run(home, ["user", "add", "mira", "--role", "owner"], `${password}\n`);
    run(home, ["user", "add", "ana", "--role", "analyst"], `${password}\n`);
    server = await Server.start(home);
  });
  test.afterAll(() => server.stop());

  test("before the first run there is a way to it", async ({ page, complaints }) => {
    complaints.allow(401);  // what the set-up still asks when its owner is signed out
    await page.goto(`${server.url}/login`);
    await signIn(page, "mira");
    await expect(page).toHaveURL(`${server.url}/welcome`);
    await page.context().clearCookies();
    await page.goto(`${server.url}/login`);
    await signIn(page, "ana");
    await expect(page.locator("[data-state=first-visit]").first()).toBeVisible();
    await expect(page.getByRole("heading", { name: "No results yet" }).first()).toBeVisible();
    await expect(page.getByRole("link", { name: "Start a run" }).first()).toHaveAttribute("href", "/runs");
  });

  test("cards without their table name the source", async ({ page }) => {
    test.setTimeout(180_000);
    run(home, ["run", "--only", "ingest,quality,journeys,exploratory,segments,publish"]);
    await page.goto(`${server.url}/login?next=%2Fproduct`);
    await signIn(page, "mira");
    await settled(page);
    const card = page.locator("main [data-card][data-state=empty-setup]").first();
    await expect(card).toContainText("Connect a baskets source to see this.");
    await expect(card.getByRole("link", { name: "Connect baskets" })).toHaveAttribute("href", "/sources?kind=products");
    await expect(page.locator("main [data-state=error]")).toHaveCount(0);
    await page.goto(`${server.url}/delivery`);
    await settled(page);
    await expect(page.locator("main [data-state=empty-setup]").first()).toContainText("Connect a deliveries source");
    await page.goto(`${server.url}/index`);
    await settled(page);
    await expect(page.locator("#orders")).toHaveAttribute("data-state", "ready");
  });

  test("days without rows say so, and how to get back", async ({ page }) => {
    await page.goto(`${server.url}/login?next=${encodeURIComponent("/index?from=2011-01-01&to=2011-01-31")}`);
    await signIn(page, "mira");
    await settled(page);
    const card = page.locator("#orders");
    await expect(card).toHaveAttribute("data-state", "empty-data");
    await card.getByRole("button", { name: "Clear filters" }).click();
    await expect(page).toHaveURL(`${server.url}/index`);
    await expect(card).toHaveAttribute("data-state", "ready");
  });

  test("a server that is gone is said, and asked again when it is back", async ({ page, complaints }) => {
    await page.goto(`${server.url}/login`);
    await signIn(page, "mira");
    await settled(page);
    await expect(page.locator("#orders").getByRole("slider")).toBeVisible();
    await expect(page.locator("#journey").getByRole("slider")).toBeVisible();
    complaints.allowLoss();
    await server.stop();
    await page.locator("#churn-weekly").scrollIntoViewIfNeeded();
    await page.keyboard.press("d");
    await page.keyboard.type("last 90 days");
    await page.keyboard.press("Enter");
    const card = page.locator("#orders");
    await expect(card).toHaveAttribute("data-state", "error");
    const status = page.locator("footer").getByRole("status");
    await expect(status).toHaveText("Server does not answer", { timeout: 45_000 });
    server = await Server.start(home, server.url);
    await card.getByRole("button", { name: "Retry" }).click();
    await settled(page);
    await expect(card).toHaveAttribute("data-state", "ready");
    await expect(page).toHaveURL(/from=/);
    await expect(status).toHaveText("Server connected", { timeout: 45_000 });
  });
});

test("a session that was ended elsewhere leads to the sign-in and back", async ({ page, context, complaints }) => {
  complaints.allow(401);
  await page.goto("/churn");
  await settled(page);
  await context.clearCookies();
  await page.keyboard.press("d");
  await page.keyboard.type("last 90 days");
  await page.keyboard.press("Enter");
  await expect(page.getByText("You were signed out after inactivity.")).toBeVisible();
  await expect(page).toHaveURL(/next=%2Fchurn%3Ffrom/);
  await signIn(page, "mira");
  await expect(page).toHaveURL(/\/churn\?from=/);
});

test("results that are older than their schedule say how old", async ({ page }) => {
  const hour = 3_600_000;
  // A schedule of every hour, and a clock that is ten days on: nobody waits that long for a test.
  await page.route("**/api/v1/schedule", async (route) => {
    const answer = await route.fetch();
    const runs = [1, 2, 3].map((n) => new Date(Date.now() + n * hour).toISOString());
    await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), state: "enabled", next_runs: runs } });
  });
  await page.clock.setFixedTime(Date.now() + 10 * 24 * hour);
  await page.goto("/index");
  await settled(page);
  const card = page.locator("#orders");
  await expect(card).toHaveAttribute("data-state", "stale");
  await expect(card.getByText("10 days old")).toBeVisible();
});

test("the demo shop says that it is one, and leads back", async ({ page }) => {
  test.setTimeout(300_000);
  // A small one: what the page asks for takes a minute.
  const session = (await (await page.request.get("/api/v1/session")).json()) as { csrf_token: string };
  const headers = { "X-CSRF-Token": session.csrf_token, Origin: address() };
  const asked = await page.request.post("/api/v1/demo", { data: { customers: 1000 }, headers });
  expect([200, 202]).toContain(asked.status());
  await until(async () => {
    const { state } = (await (await page.request.get("/api/v1/demo")).json()) as { state: string };
    expect(state).not.toBe("failed");
    return state === "ready" ? true : null;
  }, "the demo shop", 240);
  await page.goto("/index?workspace=demo");
  await settled(page);
  await expect(page.getByText("Demo shop: a generated data set, not your customers.")).toBeVisible();
  await page.getByRole("link", { name: "Back to your workspace" }).click();
  await expect(page).toHaveURL("/index");
});

test("the way to the demo shop shows how far it is", async ({ page }) => {
  const states = [
    { state: "absent", percent: null, stage: null, error: null },
    { state: "making", percent: 41.7, stage: "exploratory", error: null },
    { state: "failed", percent: null, stage: null, error: { code: "E-DISK", detail: "The disk is full.", hint: "Make room." } },
  ];
  for (const state of states) {
    await page.route("**/api/v1/demo", (route) => route.fulfill({ json: state }));
    await page.goto("/welcome");
    const card = page.locator("section[aria-labelledby=demo-title]");
    if (state.state === "absent") await expect(card.getByRole("button", { name: "Explore the demo shop" })).toBeEnabled();
    if (state.state === "making") await expect(card.getByRole("progressbar")).toHaveAttribute("aria-valuenow", "42");
    if (state.state === "failed") {
      await expect(card.getByRole("alert")).toContainText("The disk is full. Make room.");
      await expect(card.getByRole("button", { name: "Try again" })).toBeVisible();
    }
    await page.unroute("**/api/v1/demo");
  }
});
