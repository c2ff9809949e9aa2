// Getting in and out, and what surrounds every page: addresses, keys, themes, the drawer, error pages.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { password } from "./support/program";
import { expect, settled, test } from "./support/test";

async function signIn(page: Page, secret = password): Promise<void> {
  await page.getByLabel("User name").fill("mira");
  await page.getByLabel("Password", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function isAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)).toEqual([]);
}

test.describe("nobody", () => {
  test.use({ role: "" });

  test("is asked to sign in, and comes to where he wanted to go", async ({ page }) => {
    await page.goto("/cohorts.html?range=28d");
    await expect(page).toHaveURL(/\/login\?next=/);
    await expect(page.getByLabel("User name")).toBeFocused();
    await isAccessible(page);
    await signIn(page);
    await expect(page).toHaveURL(/\/cohorts\.html\?range=28d$/);
  });

  test("is not led to another server", async ({ page }) => {
    await page.goto("/login?next=%2F%5Cevil.example%2F");
    await signIn(page);
    await expect(page).toHaveURL(/\/index$/);
  });

  test("is told of a wrong password, not of a wrong name", async ({ page, complaints }) => {
    complaints.allow(401);
    await page.goto("/login");
    await signIn(page, "not the password at all");
    await expect(page.getByRole("alert")).toHaveText(/User name or password is not correct/);
    await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
    await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  });

  test("is told what is missing before anything is sent", async ({ page }) => {
    await page.goto("/login");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByLabel("User name")).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByText("Fill this in.")).toHaveCount(2);
  });

  test("cannot register without an invitation, nor by a link that is not good", async ({ page }) => {
    await page.goto("/register");
    await expect(page.getByText("Ask an administrator for an invitation.")).toBeVisible();
    await page.goto("/login");
    await page.goto("/register#token=not-one");
    await expect(page.getByText("This link is not valid any more.")).toBeVisible();
  });

  test("leaves, and is out", async ({ page, complaints }) => {
    // What was still being asked when he left.
    complaints.allow(401);
    await page.goto("/login");
    await signIn(page);
    await expect(page).toHaveURL(/\/index$/);
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await expect(page.getByText("You are signed out.")).toBeVisible();
    await page.goto("/index");
    await expect(page).toHaveURL(/\/login\?next=/);
  });
});

test("keys go from page to page, and the filters go along", async ({ page, complaints }) => {
  complaints.allow(404);
  await page.goto("/nothing?range=28d&members=1");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await expect(page).toHaveURL(/\/cohorts\?range=28d$/);
  await expect(page).toHaveTitle("CustomerAnalytics - Cohorts");
  await expect(page.getByRole("link", { name: "Cohorts" })).toHaveAttribute("aria-current", "page");
  await page.goBack();
  await expect(page).toHaveURL(/\/nothing\?range=28d&members=1$/);
});

test("all keys are listed, and Esc closes the list", async ({ page, complaints }) => {
  complaints.allow(404);
  await page.goto("/nothing");
  await expect(page.getByRole("heading", { name: "This page does not exist." })).toBeVisible();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(sheet.getByText("Overall")).toBeVisible();
  await isAccessible(page);
  await page.keyboard.press("Escape");
  await expect(sheet).toHaveCount(0);
});

test("the colours that were chosen are kept", async ({ page, complaints }) => {
  complaints.allow(404);
  await page.goto("/nothing");
  await page.getByRole("button", { name: "Colours" }).click();
  await expect(page.getByRole("menuitemradio", { name: "As the system" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("button", { name: "Colours" })).toBeFocused();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("on a phone the pages are in a drawer", async ({ page, complaints }) => {
  complaints.allow(404);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto("/nothing");
  const menu = page.getByRole("button", { name: "Show the sidebar" });
  await menu.click();
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
  await isAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("navigation", { name: "Main" })).toHaveCount(0);
  await expect(menu).toBeFocused();
  await menu.click();
  await page.getByRole("link", { name: "Cohorts" }).click();
  await expect(page).toHaveURL(/\/cohorts$/);
  await expect(page.getByRole("navigation", { name: "Main" })).toHaveCount(0);
});

test("the first key reaches the content", async ({ page, complaints }) => {
  complaints.allow(404);
  await page.goto("/nothing");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toBeFocused();
});

test("a session that has ended says so and leads back", async ({ page, complaints, context }) => {
  complaints.allow(401);
  await page.goto("/index?range=28d");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await settled(page);  // no question of this page is left that would notice first
  await context.clearCookies();
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await expect(page.getByText("You were signed out after inactivity.")).toBeVisible();
  await expect(page).toHaveURL(/next=%2Fcohorts/);
});

test.describe("a viewer", () => {
  test.use({ role: "viewer" });

  test("is told that a page is not his", async ({ page }) => {
    await page.goto("/welcome");
    await expect(page.getByRole("heading", { name: "You do not have access to this page." })).toBeVisible();
  });
});

for (const [status, words] of [
  [500, "Something failed on our side."],
  [503, "The server is starting."],
] as const) {
  test(`an answer ${status} is a page with a reference`, async ({ page, complaints }) => {
    complaints.allow(status);
    await page.route("**/api/v1/session", (route) =>
      route.fulfill({ status, json: { code: "E-X", detail: "It broke.", instance: "7q2m9f", status } }),
    );
    await page.goto("/index");
    await expect(page.getByRole("heading", { name: words })).toBeVisible();
    await expect(page.getByText("7q2m9f")).toBeVisible();
    await page.unroute("**/api/v1/session");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Overall" })).toBeVisible();
  });
}
