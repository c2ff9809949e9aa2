import { describe, expect, it } from "vitest";
import { cursorOf, fold, percentOf, stateOf, type LogLine, type RunEvent, type RunState } from "./run_state";
import { aRun, aStage } from "./samples.test-data";

function line(id: number, message = "a line"): LogLine {
  return { id, time: "2026-11-26T20:35:31.000Z", level: "info", stage: null, message, fields: {} };
}

function all(state: RunState, ...events: RunEvent[]): RunState {
  return events.reduce(fold, state);
}

const begun = stateOf({ ...aRun, stages: [aStage("ingest", "running"), aStage("publish", "pending")] });

describe("a run's events", () => {
  it("put stages where they stand, in their order", () => {
    const state = all(
      begun,
      { kind: "stage", stage: { ...aStage("ingest", "running"), percent: 40 } },
      { kind: "stage", stage: aStage("export", "pending") },
    );
    expect(state.stages.map(({ stage, percent }) => [stage, percent])).toEqual([
      ["ingest", 40],
      ["publish", 0],
      ["export", 0],
    ]);
  });

  it("do not take a stage back that has ended, but a new attempt does", () => {
    const done = all(begun, { kind: "stage", stage: aStage("ingest", "ok") });
    const late = fold(done, { kind: "stage", stage: { ...aStage("ingest", "running"), percent: 90 } });
    expect(late.stages[0]?.state).toBe("ok");
    const again = fold(done, { kind: "stage", stage: { ...aStage("ingest", "running"), attempt: 2 } });
    expect(again.stages[0]?.state).toBe("running");
    expect(fold(again, { kind: "stage", stage: aStage("ingest", "failed") }).stages[0]?.state).toBe("running");
  });

  it("keep each line of the log once, though a stream tells some again", () => {
    const state = all(
      begun,
      { kind: "lines", lines: [line(3), line(4)] },
      { kind: "lines", lines: [line(4), line(5)] },
    );
    expect(state.lines.map(({ id }) => id)).toEqual([3, 4, 5]);
    expect(cursorOf(state)).toBe(5);
    expect(cursorOf(begun)).toBe(0);
    expect(fold(state, { kind: "lines", lines: [line(5)] }).lines).toBe(state.lines);
  });

  it("end with the run as it ended, and keep its stages and log", () => {
    const state = all(
      begun,
      { kind: "lines", lines: [line(1)] },
      { kind: "end", run: { ...aRun, state: "partial" } },
    );
    expect(state.run.state).toBe("partial");
    expect(state.stages).toHaveLength(2);
    expect(state.lines).toHaveLength(1);
  });
});

describe("the percent of a run", () => {
  it("is the mean of its stages, and 100 once it succeeded", () => {
    const half = all(begun, { kind: "stage", stage: aStage("ingest", "ok") });
    expect(percentOf(half)).toBe(50);
    expect(percentOf(fold(half, { kind: "end", run: { ...aRun, state: "succeeded" } }))).toBe(100);
    expect(percentOf({ ...begun, stages: [] })).toBe(0);
  });
});
