// How a run and what it does are said.
import type { Schemas } from "$/api/client";
import type { Formats } from "$/text/formats";
import { isMessage, t, type MessageId } from "$/text/text";
import { isWorking, type Run, type RunStage, type RunState } from "./run_state";

/** The stages of a run that does everything, in their order. */
export const stageNames: readonly NonNullable<Schemas["RunStart"]["only"]>[number][] = [
  "ingest", "quality", "journeys", "exploratory", "segments", "clv", "tests", "anomalies", "deliveries", "publish", "export",
];

/** A stage that has no name here goes by its own. */
export function stageName(stage: string): string {
  const id = `stage.${stage}`;
  return isMessage(id) ? t(id) : stage;
}

export function stateName(state: Run["state"]): string {
  return t(`run.state.${state}`);
}

export const stateTones = {
  queued: "neutral",
  running: "accent",
  succeeded: "good",
  partial: "warn",
  failed: "bad",
  cancelled: "neutral",
  interrupted: "bad",
} as const satisfies Record<Run["state"], string>;

/** What is going on: "Customer value: 12 of 37 steps, and 1 more stage". */
export function doing({ run, stages }: RunState, formats: Formats): string {
  if (!isWorking(run)) return outcome(run);
  const [first, ...more] = stages.filter(({ state }) => state === "running");
  if (!first) return t("run.doing.waiting");
  const text = counted(first, formats);
  return more.length === 0 ? text : t("run.doing.more", { first: text, count: more.length });
}

function outcome(run: Run): string {
  if (run.state === "succeeded" && !run.published) return t("run.doing.over.checked");
  const id: string = `run.doing.over.${run.state}`;
  return isMessage(id) ? t(id) : stateName(run.state);
}

function counted(stage: RunStage, formats: Formats): string {
  const name = stageName(stage.stage);
  if (stage.total === null || stage.total === 0) return name;
  const numbers = { done: formats.exact(stage.done), total: formats.exact(stage.total) };
  return t("run.doing", { stage: name, ...numbers, unit: stage.unit ?? "" }).trimEnd();
}

/** "7 of 11 stages finished, 1 failed". */
export function stageCounts(stages: readonly RunStage[]): string {
  const count = (state: RunStage["state"]) => stages.filter((stage) => stage.state === state).length;
  const told: [MessageId, number][] = [
    ["run.stages.failed", count("failed")],
    ["run.stages.skipped", count("skipped")],
  ];
  return [
    t("run.stages.count", { done: count("ok"), total: stages.length }),
    ...told.filter(([, number]) => number > 0).map(([id, number]) => t(id, { count: number })),
  ].join(", ");
}

/** "by mira · everything from the beginning". */
export function about(run: Run): string {
  const { full, only, skip } = run.options as { full?: boolean; only?: string[]; skip?: string[] };
  const stages = (names: string[]) => names.map(stageName).join(", ");
  return [
    t(`run.by.${run.trigger}`, { who: run.requested_by }),
    full ? t("run.full") : "",
    only && only.length > 0 ? t("run.only", { stages: stages(only) }) : "",
    skip && skip.length > 0 ? t("run.skip", { stages: stages(skip) }) : "",
    run.resumed_from ? t("run.resumed") : "",
    run.cancelled_by ? t("run.cancelledBy", { who: run.cancelled_by }) : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

/** 0.4 s, 54 s, 2 min 18 s. */
export function duration(seconds: number, formats: Formats): string {
  return seconds < 9.95 ? `${formats.exact(Math.round(10 * seconds) / 10)}\u202fs` : formats.duration(seconds);
}

/** How long it is until the end, roughly: nobody needs seconds of minutes. */
export function leftText(seconds: number | null, formats: Formats): string {
  if (seconds === null) return t("run.left.unknown");
  if (seconds < 1) return t("run.left.soon");
  return formats.duration(seconds < 60 ? Math.ceil(seconds) : 60 * Math.ceil(seconds / 60)).replace(/ ?0\s?s$/, "");
}
