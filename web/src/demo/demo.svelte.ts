// The demo shop: an invented shop in a workspace of its own, made by the server when somebody asks.
import { csrfHeader, type Schemas } from "$/api/client";
import { Problem, problemOf } from "$/api/problem";

export interface DemoStatus {
  state: "absent" | "making" | "ready" | "failed";
  percent: number | null;
  stage: string | null;
  error: Pick<Schemas["Problem"], "code" | "detail" | "hint"> | null;
}

const pollMilliseconds = 1000;
const notFound = 404;

class Demo {
  status = $state.raw<DemoStatus | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** This server can make one. */
  isOffered = $state(true);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** How it is, and while it is made again every second, until the call that it gives back. */
  watch(): () => void {
    void this.#ask("GET");
    return () => clearTimeout(this.#timer);
  }

  /** Makes it, unless it is there or being made. */
  async make(): Promise<void> {
    await this.#ask("POST");
  }

  async #ask(method: "GET" | "POST"): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.status = await answer(method);
      this.problem = null;
    } catch (thrown) {
      this.problem = problemOf(thrown);
      if (this.problem.status === notFound) this.isOffered = false;
    }
    if (this.status?.state === "making") this.#timer = setTimeout(() => void this.#ask("GET"), pollMilliseconds);
  }
}

async function answer(method: "GET" | "POST"): Promise<DemoStatus> {
  const response = await fetch("/api/v1/demo", {
    method,
    headers: method === "GET" ? {} : { "Content-Type": "application/json", ...csrfHeader() },
    ...(method === "GET" ? {} : { body: "{}" }),
  });
  const told = (await response.json()) as unknown;
  if (response.ok) return told as DemoStatus;
  const { code, detail, hint, status } = told as Schemas["Problem"];
  throw new Problem({ code, message: detail, hint: hint ?? "", status });
}

export const demo = new Demo();
