import { describe, expect, it } from "vitest";
import { aRun, aStage, beginning } from "./samples.test-data";
import { ticksOf, timelineOf } from "./timeline";

const earlier = {
  ...aRun,
  stages: [
    aStage("ingest", "ok", 0, 10),
    aStage("journeys", "ok", 10, 14),
    aStage("clv", "ok", 14, 54),
    aStage("publish", "ok", 54, 55),
    aStage("export", "skipped"),
  ],
};

describe("a timeline", () => {
  it("shows what stages of a run that is over took, in groups", () => {
    const { groups, length, now, left } = timelineOf(earlier, null, null);
    expect(groups.map(({ name, rows }) => [name, rows.map(({ stage, taken }) => [stage.stage, taken])])).toEqual([
      ["data", [["ingest", { from: 0, to: 10 }], ["journeys", { from: 10, to: 14 }]]],
      ["analyses", [["clv", { from: 14, to: 54 }]]],
      ["results", [["publish", { from: 54, to: 55 }], ["export", null]]],
    ]);
    expect([length, now, left]).toEqual([55, null, null]);
  });

  it("expects the rest as it was, later by what this run is late", () => {
    // Loading took 16 s instead of 10; the journeys began at once and have worked for 2 s.
    const run = {
      ...aRun,
      stages: [
        aStage("ingest", "ok", 0, 16),
        aStage("journeys", "running", 16),
        aStage("clv", "pending"),
        aStage("publish", "pending"),
        aStage("export", "pending"),
      ],
    };
    const { groups, left, length, now } = timelineOf(run, earlier, beginning + 18_000);
    const expected = Object.fromEntries(groups.flatMap(({ rows }) => rows).map((row) => [row.stage.stage, row.expected]));
    expect(expected).toEqual({
      ingest: null,
      journeys: { from: 18, to: 20 },
      clv: { from: 20, to: 60 },
      publish: { from: 60, to: 61 },
      // It was skipped, and probably is again.
      export: null,
    });
    expect([now, left, length]).toEqual([18, 43, 61]);
  });

  it("puts nothing that has not begun before now", () => {
    const run = { ...aRun, stages: [aStage("ingest", "running", 0), aStage("journeys", "pending")] };
    const { groups } = timelineOf(run, earlier, beginning + 30_000);
    const rows = groups.flatMap((group) => group.rows);
    expect(rows[0]?.expected).toEqual({ from: 30, to: 30 });
    expect(rows[1]?.expected).toEqual({ from: 30, to: 34 });
  });

  it("without an earlier run trusts a stage's own guess, and knows no end while others wait", () => {
    const running = { ...aStage("ingest", "running", 0), seconds_to_go: 5 };
    const waiting = timelineOf({ ...aRun, stages: [running, aStage("clv", "pending")] }, null, beginning + 3000);
    expect(waiting.left).toBeNull();
    expect(timelineOf({ ...aRun, stages: [running] }, null, beginning + 3000).left).toBe(5);
  });
});

describe("ticks", () => {
  it("are at most six, at lengths people count in", () => {
    expect(ticksOf(55)).toEqual([0, 10, 20, 30, 40, 50]);
    expect(ticksOf(310)).toEqual([0, 60, 120, 180, 240, 300]);
    expect(ticksOf(0.4)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    expect(ticksOf(4000)).toEqual([0, 900, 1800, 2700, 3600]);
  });
});
