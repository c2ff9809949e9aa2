// The demo shop: an invented shop in a workspace of its own, made by the server when somebody asks.
import { api, data } from "$/api/client";
import { type Problem, problemOf } from "$/api/problem";

export type DemoStatus = Awaited<ReturnType<typeof ask>>;

const pollMilliseconds = 1000;

class Demo {
  status = $state.raw<DemoStatus | null>(null);
  problem = $state.raw<Problem | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** How it is, and while it is made again every second, until the call that it gives back. */
  watch(): () => void {
    void this.#follow(ask);
    return () => clearTimeout(this.#timer);
  }

  /** Makes it, unless it is there or being made. */
  async make(): Promise<void> {
    await this.#follow(make);
  }

  async #follow(question: () => Promise<DemoStatus>): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.status = await question();
      this.problem = null;
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
    if (this.status?.state === "making") this.#timer = setTimeout(() => void this.#follow(ask), pollMilliseconds);
  }
}

const ask = () => data(api.GET("/api/v1/demo"));
const make = () => data(api.POST("/api/v1/demo", { body: {} }));

export const demo = new Demo();
