// What tests of the page are written with: somebody signed in, whose browser reaches this server and
// nobody else, and who fails the test when the page complains.
import { join } from "node:path";
import { expect, test as base, type Page } from "@playwright/test";
import { password } from "./program";

export { expect };

/** Everything a page may not do while it is looked at. */
export interface Complaints {
  readonly all: readonly string[];
  /** Answers that this test provokes: their statuses are no complaint. */
  allow(status: number): void;
  /** The server goes away in this test: what is asked meanwhile fails. */
  allowLoss(): void;
}

export const address = (): string => process.env["CA_BROWSER_URL"] ?? "";

interface Fixtures {
  /** Who is signed in; nobody for the empty text. */
  role: "owner" | "viewer" | "";
  complaints: Complaints;
}

export const test = base.extend<Fixtures>({
  role: ["owner", { option: true }],
  baseURL: async ({}, use) => use(address()),
  storageState: async ({ role }, use) =>
    use(role === "" ? { cookies: [], origins: [] } : join(process.env["CA_BROWSER_STATE"] ?? "", `${role}.json`)),
  complaints: [
    async ({ page, context }, use) => {
      const all: string[] = [];
      const allowed = new Set<number>();
      let isLossAllowed = false;
      const own = (url: string) => new URL(url).hostname === "127.0.0.1" || /^(data|blob):/.test(url);
      await context.route((url) => !own(url.href), async (route) => {
        all.push(`asked another host: ${route.request().url()}`);
        await route.abort();
      });
      page.on("console", (message) => {
        const isProvoked = /status of (\d+)/.exec(message.text());
        if (isProvoked && allowed.has(Number(isProvoked[1]))) return;
        if (isLossAllowed && /net::ERR_/.test(message.text())) return;
        if (message.type() === "error") all.push(`console: ${message.text()}`);
      });
      page.on("pageerror", (error) => all.push(`error: ${error.message}`));
      page.on("requestfailed", (request) => {
        const reason = request.failure()?.errorText ?? "";
        // A question that a newer one replaced.
        if (reason !== "net::ERR_ABORTED" && !isLossAllowed) all.push(`failed: ${request.url()} ${reason}`);
      });
      page.on("response", (response) => {
        if (response.status() >= 400 && !allowed.has(response.status())) {
          all.push(`${response.status()}: ${response.url()}`);
        }
      });
      await use({ all, allow: (status) => void allowed.add(status), allowLoss: () => void (isLossAllowed = true) });
      expect(all).toEqual([]);
    },
    { auto: true },
  ],
});

/** Waits until every card is in a final state: none loads any more. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator("main [data-state]").first()).toBeVisible({ timeout: 30_000 });
  await expect(page.locator("main [data-state=loading]")).toHaveCount(0);
  await page.waitForLoadState("networkidle");
}

/** Fills in the sign-in that is shown. */
export async function signIn(page: Page, username: string, secret = password): Promise<void> {
  await page.getByLabel("User name").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** The folder with the four files of the demo shop. */
export const shopFiles = (): string => join(process.env["CA_BROWSER_HOME"] ?? "", "imports", "demo");
