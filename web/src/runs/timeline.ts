// Where the stages of a run lie on its axis of time: what they really took, and what they are expected
// to take, which is what they took in an earlier run. Seconds since the run's beginning.
import type { RunDetail, RunStage } from "./run_state";

export interface Span {
  from: number;
  to: number;
}

export interface Row {
  stage: RunStage;
  /** Real time; null before it began. */
  taken: Span | null;
  /** From where it stands now to where it probably ends; of one that is over, null. */
  expected: Span | null;
}

export type GroupName = "data" | "analyses" | "results";

export interface Timeline {
  groups: readonly { name: GroupName; rows: readonly Row[] }[];
  /** The axis goes from 0 to here. */
  length: number;
  ticks: readonly number[];
  /** Null once the run is over. */
  now: number | null;
  /** Until it probably ends; null when that is not known. */
  left: number | null;
}

const groupOf: Readonly<Record<string, GroupName>> = {
  ingest: "data",
  quality: "data",
  journeys: "data",
  publish: "results",
  export: "results",
};
const groupNames: readonly GroupName[] = ["data", "analyses", "results"];

/** `now` in milliseconds; null for a run that is over. */
export function timelineOf(
  run: Pick<RunDetail, "started_at" | "stages">,
  earlier: Pick<RunDetail, "started_at" | "stages"> | null,
  now: number | null,
): Timeline {
  const since = (moment: string | null | undefined) =>
    moment ? Math.max(0, (Date.parse(moment) - Date.parse(run.started_at)) / 1000) : null;
  const current = now === null ? null : Math.max(0, (now - Date.parse(run.started_at)) / 1000);
  const before = spansOf(earlier);

  const rows = run.stages.map((stage): Row => {
    const from = since(stage.started_at);
    const to = since(stage.finished_at) ?? current;
    const taken = from === null || to === null ? null : { from, to: Math.max(from, to) };
    return { stage, taken, expected: taken && current !== null ? restOf(stage, taken, before) : null };
  });
  if (current !== null) expectPending(rows, before, current);

  const ends = rows.flatMap(({ taken, expected }) => [taken?.to ?? 0, expected?.to ?? 0]);
  const end = Math.max(current ?? 0, ...ends);
  const skipped = new Set(earlier?.stages.filter(({ state }) => state === "skipped").map(({ stage }) => stage));
  const isKnown = rows.every(({ stage, expected }) => !isOpen(stage) || expected !== null || skipped.has(stage.stage));
  const length = Math.max(end, 0.1);
  return {
    groups: groupNames
      .map((name) => ({ name, rows: rows.filter(({ stage }) => (groupOf[stage.stage] ?? "analyses") === name) }))
      .filter((group) => group.rows.length > 0),
    length,
    ticks: ticksOf(length),
    now: current,
    left: current === null || !isKnown ? null : end - current,
  };
}

/** At most six, at lengths people count in. */
export function ticksOf(length: number): readonly number[] {
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200];
  const step = steps.find((one) => length / one < 6) ?? 86400;
  const count = Math.floor(length / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Math.round(index * step * 10) / 10);
}

function isOpen(stage: RunStage): boolean {
  return stage.state === "pending" || stage.state === "running";
}

function spansOf(run: Pick<RunDetail, "started_at" | "stages"> | null): ReadonlyMap<string, Span> {
  const begun = run ? Date.parse(run.started_at) : 0;
  return new Map(
    (run?.stages ?? []).flatMap(({ stage, state, started_at, finished_at }) =>
      state === "ok" && started_at && finished_at
        ? [[stage, { from: (Date.parse(started_at) - begun) / 1000, to: (Date.parse(finished_at) - begun) / 1000 }]]
        : [],
    ),
  );
}

function restOf(stage: RunStage, taken: Span, before: ReadonlyMap<string, Span>): Span | null {
  if (stage.state !== "running") return null;
  const earlier = before.get(stage.stage);
  const end = earlier
    ? taken.from + (earlier.to - earlier.from)
    : stage.seconds_to_go === null
      ? null
      : taken.to + stage.seconds_to_go;
  return end === null ? null : { from: taken.to, to: Math.max(taken.to, end) };
}

/** Stages to come lie where they lay, later or earlier by what this run is late or early now. */
function expectPending(rows: Row[], before: ReadonlyMap<string, Span>, current: number): void {
  const shifts = rows.flatMap(({ stage, taken, expected }) => {
    const earlier = before.get(stage.stage);
    return taken && earlier ? [(expected?.to ?? taken.to) - earlier.to] : [];
  });
  const shift = shifts.length > 0 ? Math.max(...shifts) : current;
  for (const row of rows) {
    const earlier = before.get(row.stage.stage);
    if (row.stage.state !== "pending" || !earlier) continue;
    const from = Math.max(current, earlier.from + shift);
    row.expected = { from, to: from + (earlier.to - earlier.from) };
  }
}
