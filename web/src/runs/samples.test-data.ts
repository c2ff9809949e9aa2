// A run and its stages, for tests.
import type { RunDetail, RunStage } from "./run_state";

export const beginning = Date.parse("2026-11-26T20:35:31.000Z");

export const aRun: RunDetail = {
  run: "20261126T203531-0001",
  state: "running",
  trigger: "manual",
  requested_by: "mira",
  started_at: "2026-11-26T20:35:31.000Z",
  finished_at: null,
  seconds: null,
  options: {},
  resumed_from: null,
  cancelled_by: null,
  published: false,
  error: null,
  rows: { sources: {}, sources_before: null, reports: {}, reports_before: null },
  heartbeat_at: null,
  engine_version: "1.0.0",
  percent: 0,
  stages: [],
  warnings: [],
};

/** With `from` and `to` in seconds after the beginning. */
export function aStage(stage: string, state: RunStage["state"], from: number | null = null, to: number | null = null): RunStage {
  const moment = (seconds: number | null) =>
    seconds === null ? null : new Date(beginning + 1000 * seconds).toISOString();
  return {
    stage,
    state,
    percent: state === "ok" || state === "skipped" ? 100 : 0,
    done: 0,
    total: null,
    unit: null,
    per_second: null,
    seconds_to_go: null,
    seconds: from !== null && to !== null ? to - from : null,
    rows: 0,
    attempt: state === "pending" || state === "skipped" ? 0 : 1,
    started_at: moment(from),
    finished_at: moment(to),
    error: null,
    about: "",
  };
}
