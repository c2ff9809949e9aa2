// Everybody can use it: rules that a machine can check on what is no page of cards (those are in pages.spec.ts)
// and on what opens, and the way from the sign-in to a file of customers with the keyboard alone.
import { readFileSync } from "node:fs";
import { password } from "./support/program";
import { expect, settled, test } from "./support/test";
import { isUsable } from "./support/usable";

test.use({ reducedMotion: "reduce" });

for (const name of ["runs", "schedule", "sources", "welcome"]) {
  test(`/${name} is usable by everybody`, async ({ page }) => {
    await page.goto(`/${name}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle");
    for (const theme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
      await isUsable(page, theme);
    }
  });
}

test("every card of a page has a table", async ({ page }) => {
  await page.goto("/index");
  await settled(page);
  const ids = await page.locator("main [data-card]").evaluateAll((all) => all.map((one) => one.id));
  expect(ids.length).toBeGreaterThan(5);
  for (const id of ids) {
    await page.locator(`#${id}`).getByRole("button", { name: /^More of/ }).click();
    await page.getByRole("menuitem", { name: "View as table" }).click();
    await expect(page.locator(`#${id}`).getByRole("table")).toBeVisible();
  }
});

test("what opens is usable by everybody", async ({ page }) => {
  test.slow();
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.goto("/index?range=90d");
    await settled(page);
    await page.getByTestId("filter-range").click();
    await expect(page.getByLabel("Type a range")).toBeVisible();
    await isUsable(page, `range, ${theme}`);
    await page.keyboard.press("Escape");
    const more = page.locator("#orders").getByRole("button", { name: /^More of/ });
    await more.click();
    await expect(page.getByRole("menu")).toBeVisible();
    await isUsable(page, `menu, ${theme}`);
    await page.getByRole("menuitem", { name: "Expand" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await isUsable(page, `dialog, ${theme}`);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await page.locator("#kpis button.value").first().click();
    await expect(page.locator("[data-side-panel] tbody tr").first()).toBeVisible();
    await isUsable(page, `panel, ${theme}`);
  }
});

test.describe("nobody is signed in", () => {
  test.use({ role: "" });

  for (const [name, address] of Object.entries({ login: "/login", register: "/register", reset: "/reset-password#token=x" })) {
    test(`${name} is usable by everybody`, async ({ page, complaints }) => {
      complaints.allow(404);
      for (const theme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: theme });
        await page.goto(address);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await isUsable(page, theme);
      }
    });
  }

  test("the keyboard alone leads from the sign-in to a file of customers", async ({ page }) => {
    await page.goto("/login?next=%2Findex");
    await expect(page.getByLabel("User name")).toBeFocused();
    await page.keyboard.type("mira");
    await page.keyboard.press("Tab");
    // "Forgot it?" and then the password, whichever comes first.
    for (let i = 0; i < 2 && !(await page.getByLabel("Password", { exact: true }).evaluate((one) => one === document.activeElement)); i += 1) {
      await page.keyboard.press("Tab");
    }
    await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    await settled(page);

    await page.keyboard.press("d");
    await page.keyboard.type("last 90 days");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/from=/);
    await settled(page);

    // Past the sidebar and the bar in one step; then on to the first number.
    await page.reload();
    await settled(page);
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.locator("main")).toBeFocused();
    const number = page.locator("#kpis button.value").first();
    for (let i = 0; i < 20 && !(await number.evaluate((one) => one === document.activeElement)); i += 1) {
      await page.keyboard.press("Tab");
    }
    await expect(number).toBeFocused();
    await page.keyboard.press("Enter");
    const panel = page.locator("[data-side-panel]");
    await expect(panel.getByRole("heading", { level: 2 })).toBeFocused();
    await expect(panel.locator("tbody tr").first()).toBeVisible();
    const file = panel.getByRole("link", { name: "CSV" });
    for (let i = 0; i < 20 && !(await file.evaluate((one) => one === document.activeElement)); i += 1) {
      await page.keyboard.press("Tab");
    }
    await expect(file).toBeFocused();
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    expect(readFileSync(await download.path(), "utf8").split("\n")[0]).toContain("client");
    await page.keyboard.press("Escape");
    await expect(panel).toHaveCount(0);
    await expect(number).toBeFocused();
  });
});

test("a chart is read and opened with the arrows", async ({ page }) => {
  await page.goto("/index");
  await settled(page);
  const chart = page.locator("#orders").getByRole("slider");
  await chart.focus();
  await page.keyboard.press("Home");
  const first = await chart.getAttribute("aria-valuetext");
  await page.keyboard.press("ArrowRight");
  const second = await chart.getAttribute("aria-valuetext");
  expect(first).toMatch(/\d/);
  expect(second).toMatch(/\d/);
  expect(second).not.toBe(first);
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-side-panel]")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(chart).toBeFocused();
});
