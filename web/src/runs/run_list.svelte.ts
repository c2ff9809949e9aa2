import { api, data, type Schemas } from "$/api/client";
import { Problem, problemOf } from "$/api/problem";
import type { Run, RunDetail } from "./run_state";

type Current = Schemas["CurrentRun"];

const firstPage = 8;
const furtherPage = 20;

/** The runs there were, the one that works, and what waits. */
export class RunList {
  current = $state.raw<Current | null>(null);
  runs = $state.raw<readonly Run[]>([]);
  next = $state.raw<string | null>(null);
  problem = $state.raw<Problem | null>(null);
  #earlier = new Map<string, Promise<RunDetail | null>>();

  /** Told how runs are now: somebody else may have begun one. */
  see(now: Current | null): void {
    if (!this.current || told(now) !== told(this.current)) void this.refresh();
  }

  async refresh(): Promise<void> {
    try {
      const query = { limit: Math.max(firstPage, Math.min(this.runs.length, 200)) };
      const [current, list] = await Promise.all([
        data(api.GET("/api/v1/runs/current")),
        data(api.GET("/api/v1/runs", { params: { query } })),
      ]);
      this.current = current;
      this.runs = list.runs;
      this.next = list.next;
      this.problem = null;
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
  }

  async more(): Promise<void> {
    if (this.next === null) return;
    const query = { limit: furtherPage, cursor: this.next };
    const list = await data(api.GET("/api/v1/runs", { params: { query } }));
    this.runs = [...this.runs, ...list.runs];
    this.next = list.next;
  }

  /** The newest run before this one that published, by which its end is guessed: of the same mode where
      there is one. */
  async earlierThan(run: Run): Promise<RunDetail | null> {
    const before = this.runs.filter((one) => one.published && one.run < run.run);
    const found = before.find((one) => isFull(one) === isFull(run)) ?? before[0];
    if (!found) return null;
    const known = this.#earlier.get(found.run);
    if (known) return known;
    const asked = data(api.GET("/api/v1/runs/{id}", { params: { path: { id: found.run } } })).catch(() => null);
    this.#earlier.set(found.run, asked);
    return asked;
  }
}

function told(of: Current | null): string {
  return JSON.stringify([of?.working?.run, of?.last?.run, of?.waiting?.request]);
}

function isFull(run: Run): boolean {
  return run.options["full"] === true;
}
