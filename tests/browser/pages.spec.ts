// Every page in both themes: no complaint of the browser, every card in a final state, one question.
import { expect, settled, test } from "./support/test";

/** Routes and titles (product.md 1.0.3). */
export const pages = {
  index: "Overall",
  index2: "Customers",
  "funnel-session": "Funnels",
  "funnel-customer": "Funnels",
  cohorts: "Cohorts",
  "stats-purchase": "Purchase stats",
  "stats-desc": "Descriptive stats",
  product: "Products",
  promotion: "Promotions",
  churn: "Churn",
  "abtest-promotion": "A/B tests",
  "abtest-product": "A/B tests",
  "abtest-segments": "A/B tests",
  rfm: "RFM",
  "customer-segmentation": "Segments",
  clv: "CLV prediction",
  anomaly: "Anomalies",
  delivery: "Deliveries",
} as const;

for (const theme of ["light", "dark"] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    for (const [name] of Object.entries(pages)) {
      test(`/${name} is drawn`, async ({ page }) => {
        const questions: string[] = [];
        page.on("request", (request) => {
          if (request.url().endsWith("/api/v1/reports/query")) questions.push(request.url());
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
      });
    }
  });
}
