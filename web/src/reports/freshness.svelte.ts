import { api, data } from "$/api/client";

const millisecondsOfDay = 86_400_000;

/** Which snapshots there are, and how old the newest may be before it is called stale. */
class Freshness {
  #days = $state.raw<ReadonlyMap<string, string>>(new Map());
  #newest = $state<string | null>(null);
  #period = $state<number | null>(null);

  /** What cannot be learnt is not said: the page's own question tells of the failure. */
  async load(): Promise<void> {
    const answers = await Promise.all([
      data(api.GET("/api/v1/snapshots")),
      data(api.GET("/api/v1/schedule")),
    ]).catch(() => null);
    if (answers === null) return;
    const [{ snapshots }, schedule] = answers;
    this.#days = new Map(snapshots.map(({ run_id: run, day }) => [run, day]));
    this.#newest = snapshots.find((one) => one.is_current)?.day ?? null;
    this.#period = schedule.state === "enabled" ? periodOf(schedule.next_runs) : null;
  }

  /** Newest first. */
  get days(): readonly string[] {
    return [...new Set(this.#days.values())].sort().reverse();
  }

  /** The day of a run's snapshot. */
  dayOf(run: string): string | null {
    return this.#days.get(run) ?? null;
  }

  /** Days that the newest snapshot is old, if it is older than two periods of the schedule. */
  get staleDays(): number | null {
    return staleDays(this.#newest, this.#period, Date.now());
  }
}

/** The longest time between the next runs of a schedule: that over a weekend of one on workdays. */
export function periodOf(runs: readonly string[]): number | null {
  const instants = runs.map((run) => new Date(run).getTime());
  const gaps = instants.slice(1).map((instant, i) => instant - (instants[i] ?? instant));
  return gaps.length === 0 ? null : Math.max(...gaps);
}

export function staleDays(newest: string | null, period: number | null, now: number): number | null {
  if (newest === null || period === null) return null;
  const age = now - new Date(`${newest}T00:00:00Z`).getTime();
  // A day of a snapshot is all of its day.
  return age - millisecondsOfDay > 2 * period ? Math.floor(age / millisecondsOfDay) : null;
}

export const freshness = new Freshness();
