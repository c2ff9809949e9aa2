// Rules of use for everybody that a machine can check.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect } from "./test";

/** No finding that keeps somebody out. */
export async function isUsable(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).analyze();
  const found = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.slice(0, 5).map(({ target, failureSummary }) => `${what}, ${id}: ${target.join(" ")} ${failureSummary?.split("\n")[1] ?? ""}`));
  expect.soft(found).toEqual([]);
}

/** What a picture shows is said in a sentence with its numbers. */
export async function chartsAreSaid(page: Page): Promise<void> {
  const charts = page.locator("main [data-card] .frame > .plot");
  for (const label of await charts.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? ""))) {
    expect.soft(label).toMatch(/\d/);
  }
}
