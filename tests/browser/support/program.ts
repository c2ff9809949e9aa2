// The program as a process, as a person at a terminal runs it.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Front } from "./front";

export const password = "correct horse battery staple";

function program(): string {
  const path = process.env["CA_PROGRAM"];
  if (path === undefined) throw new Error("CA_PROGRAM does not say which program is tested.");
  return path;
}

/** Runs a command to its end; its standard output. */
export function run(home: string, args: readonly string[], input = ""): string {
  const done = spawnSync(program(), [...args, "--home", home], {
    encoding: "utf8", input, timeout: 600_000, maxBuffer: 1 << 28,
  });
  if (done.status !== 0) throw new Error(`${args.join(" ")}: ${done.stdout}${done.stderr}`);
  return done.stdout;
}

export function newHome(name: string): string {
  return join(mkdtempSync(join(tmpdir(), "customeranalytics-")), name);
}

interface Told {
  pid: number;
  url: string;
}

/** `serve` on loopback, with the pages of the program, or those of the folder CA_BROWSER_SITE. */
export class Server {
  readonly home: string;
  readonly url: string;
  /** Where the first owner enrols; empty when there is one. */
  readonly ownerLink: string;
  readonly #process: ChildProcess;
  readonly #front: Front | null;

  private constructor(home: string, process: ChildProcess, front: Front | null, url: string, ownerLink: string) {
    this.home = home;
    this.#process = process;
    this.#front = front;
    this.url = front?.url ?? url;
    this.ownerLink = ownerLink.replace(url, this.url);
  }

  /** On a free port, or at the address that it had before. */
  static async start(home: string, before = ""): Promise<Server> {
    const site = process.env["CA_BROWSER_SITE"];
    const port = before === "" ? 0 : Number(new URL(before).port);
    const args = ["serve", "--port", String(site === undefined ? port : 0), "--json", "--home", home];
    const started = spawn(program(), args, { stdio: ["ignore", "pipe", "ignore"] });
    const line = new Promise<string>((resolve) => started.stdout.once("data", (text) => resolve(String(text))));
    const file = join(home, "server.json");
    const told = await until(() => {
      if (started.exitCode !== null) throw new Error(`serve ended with ${started.exitCode}`);
      if (!existsSync(file)) return null;
      const text = readFileSync(file, "utf8");
      const told = (text === "" ? null : JSON.parse(text)) as Told | null;
      return told?.pid === started.pid ? told : null;
    }, "server.json");
    const url = told.url.replace(/\/$/, "");
    await until(async () => ((await fetch(`${url}/readyz`)).ok ? true : null), "/readyz");
    const front = site === undefined ? null : await Front.open(site, url, port);
    return new Server(home, started, front, url, (JSON.parse(await line) as { first_owner?: string }).first_owner ?? "");
  }

  async stop(): Promise<void> {
    await this.#front?.close();
    if (this.#process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGTERM");
    await ended;
  }
}

/** Asks again until there is an answer. */
export async function until<T>(ask: () => T | null | Promise<T | null>, what: string, seconds = 60): Promise<T> {
  const deadline = Date.now() + 1000 * seconds;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
