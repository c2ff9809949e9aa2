// Every page in both themes: no complaint of the browser, every card in a final state, one question.
import { pages } from "./support/pages";
import { expect, settled, test } from "./support/test";

test("a page that does not exist says so", async ({ page, complaints }) => {
  complaints.allow(404);
  await page.goto("/no-such-page");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This page does not exist.");
  await expect(page).toHaveTitle("CustomerAnalytics - Not found");
  await page.getByRole("link", { name: "Go to Overall" }).click();
  await expect(page).toHaveURL("/index");
});

/** With CA_LONG in all sizes, with pictures of them; otherwise in one. */
const sizes =
  process.env["CA_LONG"] === undefined
    ? [{ width: 1440, height: 900 }]
    : [360, 768, 1180, 1440, 2560].map((width) => ({ width, height: width < 700 ? 740 : 900 }));

for (const theme of ["light", "dark"] as const) {
  for (const viewport of sizes) test.describe(`${theme} ${viewport.width}`, () => {
    test.use({ colorScheme: theme, viewport });
    for (const name of Object.keys(pages)) {
      test(`/${name} is drawn`, async ({ page }, info) => {
        const questions: unknown[] = [];
        page.on("request", (request) => {
          if (request.url().endsWith("/api/v1/reports/query")) questions.push(request.postDataJSON());
        });
        await page.goto(`/${name}`);
        await settled(page);
        await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
        await expect(page.locator("h1")).toHaveCount(1);
        await expect(page).toHaveTitle(/^CustomerAnalytics - ./);
        const states = await page.locator("main [data-state]").evaluateAll((cards) =>
          cards.map((card) => card.getAttribute("data-state")),
        );
        expect(states.filter((state) => state === "error" || state === "failed")).toEqual([]);
        expect(questions).toHaveLength(1);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(wide).toBeLessThanOrEqual(0);
        if (sizes.length > 1) {
          await page.screenshot({ path: info.outputPath(`${name}-${viewport.width}-${theme}.png`), fullPage: true });
        }
      });
    }
  });
}
