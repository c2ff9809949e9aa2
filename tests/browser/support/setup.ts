// Before all tests: a demo shop that has been run, its server, and people in it. CA_BROWSER_HOME
// names a home that has them already, which saves the making of it; CA_BROWSER_URL a server of such a home.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "@playwright/test";
import { newHome, password, run, Server } from "./program";

const people = { owner: "mira", viewer: "vera" } as const;

export default async function setup(): Promise<() => Promise<void>> {
  const given = process.env["CA_BROWSER_HOME"];
  const home = given ?? newHome("shop");
  if (given === undefined) {
    run(home, ["demo", "--customers", "3000"]);
    for (const [role, name] of Object.entries(people)) {
      run(home, ["user", "add", name, "--role", role], `${password}\n`);
    }
  }
  const running = process.env["CA_BROWSER_URL"];
  const server = running === undefined ? await Server.start(home) : null;
  const url = server?.url ?? running ?? "";
  const folder = mkdtempSync(join(tmpdir(), "customeranalytics-signed-in-"));
  for (const [role, username] of Object.entries(people)) {
    const context = await request.newContext({ baseURL: url });
    const answer = await context.post("/api/v1/session", { data: { username, password, remember: false } });
    if (!answer.ok()) throw new Error(`${username} could not sign in: ${await answer.text()}`);
    writeFileSync(join(folder, `${role}.json`), JSON.stringify(await context.storageState()));
    await context.dispose();
  }
  process.env["CA_BROWSER_URL"] = url;
  process.env["CA_BROWSER_HOME"] = home;
  process.env["CA_BROWSER_STATE"] = folder;
  return async () => {
    rmSync(folder, { recursive: true });
    await server?.stop();
  };
}
