// Every page in both themes: no complaint of the browser, every card in a final state, one question, and
// nothing that keeps somebody out.
import type { Page } from "@playwright/test";
import { pages } from "./support/pages";
import { expect, settled, test } from "./support/test";
import { chartsAreSaid, isUsable } from "./support/usable";

test("a page that does not exist says so", async ({ page, complaints }) => {
  complaints.allow(404);
  await page.goto("/no-such-page");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This page does not exist.");
  await expect(page).toHaveTitle("CustomerAnalytics - Not found");
  await page.getByRole("link", { name: "Go to Overall" }).click();
  await expect(page).toHaveURL("/index");
});

/** With CA_LONG in all sizes, drawn anew in each theme, with pictures of them; otherwise in one. */
const isLong = process.env["CA_LONG"] !== undefined;
const sizes = (isLong ? [360, 768, 1180, 1440, 2560] : [1440]).map((width) => ({ width, height: width < 700 ? 740 : 900 }));

/** Nothing failed, and nothing is wider than the window. */
async function isDrawn(page: Page): Promise<void> {
  await expect(page.locator("h1")).toHaveCount(1);
  await expect(page).toHaveTitle(/^CustomerAnalytics - ./);
  const states = await page.locator("main [data-state]").evaluateAll((cards) =>
    cards.map((card) => card.getAttribute("data-state")),
  );
  expect(states.filter((state) => state === "error" || state === "failed")).toEqual([]);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide).toBeLessThanOrEqual(0);
}

for (const viewport of sizes) test.describe(`${viewport.width} px`, () => {
  test.use({ viewport });
  for (const name of Object.keys(pages)) {
    test(`/${name} is drawn and usable by everybody`, async ({ page }, info) => {
      test.slow();
      const questions: unknown[] = [];
      page.on("request", (request) => {
        if (request.url().endsWith("/api/v1/reports/query")) questions.push(request.postDataJSON());
      });
      await page.goto(`/${name}`);
      for (const theme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme: theme });
        if (isLong && theme === "dark") await page.reload();
        await settled(page);
        await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
        await isDrawn(page);
        if (isLong) {
          await page.screenshot({ path: info.outputPath(`${name}-${viewport.width}-${theme}.png`), fullPage: true });
        }
        await page.emulateMedia({ reducedMotion: "reduce" });
        await isUsable(page, theme);
      }
      await chartsAreSaid(page);
      expect(questions).toHaveLength(isLong ? 2 : 1);
    });
  }
});
