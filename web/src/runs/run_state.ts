// A run as the page knows it: what the server told at first, with every event since folded in. Events
// may come twice (a stream that broke is told again where it stands); the state is the same then.
import type { Schemas } from "$/api/client";

export type Run = Schemas["Run"];
export type RunDetail = NonNullable<Schemas["RunDetail"]>;
export type RunStage = Schemas["RunStage"];
export type LogLine = Schemas["LogLine"];

export interface RunState {
  readonly run: Run | RunDetail;
  readonly stages: readonly RunStage[];
  /** Oldest first. */
  readonly lines: readonly LogLine[];
}

export type RunEvent =
  | { kind: "detail"; detail: RunDetail }
  | { kind: "stage"; stage: RunStage }
  | { kind: "lines"; lines: readonly LogLine[] }
  | { kind: "end"; run: Run };

export function stateOf(detail: RunDetail): RunState {
  return { run: detail, stages: detail.stages, lines: [] };
}

export function fold(state: RunState, event: RunEvent): RunState {
  switch (event.kind) {
    case "detail":
      return { ...state, run: event.detail, stages: event.detail.stages };
    case "stage":
      return { ...state, stages: withStage(state.stages, event.stage) };
    case "lines":
      return { ...state, lines: withLines(state.lines, event.lines) };
    case "end":
      return { ...state, run: event.run };
  }
}

export function isWorking(run: Pick<Run, "state">): boolean {
  return run.state === "running" || run.state === "queued";
}

/** Whether it can be gone on with. */
export function isResumable(run: Pick<Run, "state">): boolean {
  return ["failed", "cancelled", "interrupted", "partial"].includes(run.state);
}

/** 0 to 100, every stage alike, as the server and the command line count it. */
export function percentOf({ run, stages }: RunState): number {
  if (run.state === "succeeded") return 100;
  if (stages.length === 0) return 0;
  return stages.reduce((sum, { percent }) => sum + percent, 0) / stages.length;
}

/** After which line of the log a stream goes on. */
export function cursorOf({ lines }: RunState): number {
  return lines.at(-1)?.id ?? 0;
}

function isOver(stage: RunStage): boolean {
  return stage.state !== "pending" && stage.state !== "running";
}

function isOlder(told: RunStage, known: RunStage): boolean {
  return told.attempt < known.attempt || (told.attempt === known.attempt && isOver(known) && !isOver(told));
}

function withStage(stages: readonly RunStage[], told: RunStage): readonly RunStage[] {
  const known = stages.find(({ stage }) => stage === told.stage);
  if (!known) return [...stages, told];
  if (isOlder(told, known)) return stages;
  return stages.map((stage) => (stage === known ? told : stage));
}

function withLines(known: readonly LogLine[], told: readonly LogLine[]): readonly LogLine[] {
  const last = known.at(-1)?.id ?? 0;
  const further = told.filter(({ id }) => id > last);
  return further.length === 0 ? known : [...known, ...further];
}
