import { api, data, type Schemas } from "$/api/client";
import { Problem, problemOf } from "$/api/problem";
import { session } from "$/state/session.svelte";
import { cursorOf, fold, isWorking, stateOf, type RunEvent, type RunState } from "./run_state";

const pollMilliseconds = 2000;
const mostLines = 10_000;

/** Follows one run: its stages and its log as they happen, over a stream of events. A stream that the
    browser cannot hold open is replaced by asking every two seconds. */
export class RunFeed {
  state = $state.raw<RunState | null>(null);
  problem = $state.raw<Problem | null>(null);
  #run: string | null = null;
  #stream: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Null follows nothing. */
  async follow(run: string | null): Promise<void> {
    if (run === this.#run) return;
    this.close();
    this.#run = run;
    if (run === null) this.state = null;
    else await this.#begin(run);
  }

  /** Asks once more: after a retry, a cancel. */
  async refresh(): Promise<void> {
    const run = this.#run;
    this.#run = null;
    await this.follow(run);
  }

  close(): void {
    this.#stream?.close();
    this.#stream = null;
    clearTimeout(this.#timer);
    this.#run = null;
  }

  async #begin(run: string): Promise<void> {
    try {
      const detail = await data(api.GET("/api/v1/runs/{id}", { params: { path: { id: run } } }));
      if (run !== this.#run || !detail) return;
      this.problem = null;
      this.state = stateOf(detail);
      if (isWorking(detail)) this.#listen(run);
      else await this.#readLog(run);
    } catch (thrown) {
      if (run === this.#run) this.problem = problemOf(thrown);
    }
  }

  #fold(event: RunEvent): void {
    if (this.state) this.state = fold(this.state, event);
  }

  async #readLog(run: string): Promise<void> {
    // Viewers are not shown the log.
    if (!this.state || !session.may("run")) return;
    const query = { after: cursorOf(this.state), limit: mostLines };
    const log = (await data(
      api.GET("/api/v1/runs/{id}/log", { params: { path: { id: run }, query } }),
    )) as Schemas["RunLog"];
    if (run === this.#run) this.#fold({ kind: "lines", lines: log.lines });
  }

  #listen(run: string): void {
    // When it breaks the browser connects again by itself and names the last line it got.
    const stream = new EventSource(`/api/v1/runs/${encodeURIComponent(run)}/events`);
    this.#stream = stream;
    const on = (name: string, take: (told: unknown) => RunEvent) =>
      stream.addEventListener(name, (event) => {
        if (stream === this.#stream) this.#fold(take(JSON.parse((event as MessageEvent<string>).data)));
      });
    on("stage", (stage) => ({ kind: "stage", stage }) as RunEvent);
    on("progress", (stage) => ({ kind: "stage", stage }) as RunEvent);
    on("log", (line) => ({ kind: "lines", lines: [line] }) as RunEvent);
    on("end", (ended) => ({ kind: "end", run: ended }) as RunEvent);
    stream.addEventListener("end", () => {
      stream.close();
      void this.#poll(run);
    });
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED && stream === this.#stream) {
        this.#stream = null;
        void this.#poll(run);
      }
    });
  }

  async #poll(run: string): Promise<void> {
    if (run !== this.#run) return;
    try {
      const detail = await data(api.GET("/api/v1/runs/{id}", { params: { path: { id: run } } }));
      if (run !== this.#run || !detail) return;
      this.problem = null;
      this.#fold({ kind: "detail", detail });
      await this.#readLog(run);
      if (!isWorking(detail)) return;
    } catch (thrown) {
      if (run !== this.#run) return;
      this.problem = problemOf(thrown);
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#poll(run), pollMilliseconds);
  }
}
