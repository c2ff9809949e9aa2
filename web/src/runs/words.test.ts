import { describe, expect, it } from "vitest";
import { Formats } from "$/text/formats";
import { stateOf } from "./run_state";
import { aRun, aStage } from "./samples.test-data";
import { about, doing, leftText, stageCounts } from "./words";

const formats = new Formats({ locale: "en", timezone: "UTC", currency: "EUR" });
const counting = { ...aStage("clv", "running", 0), done: 1200, total: 3700, unit: "steps" };

describe("what a run does", () => {
  it("names the stage with how far it is, and how many work beside it", () => {
    const state = stateOf({ ...aRun, stages: [aStage("ingest", "ok", 0, 1), counting, aStage("tests", "running", 1)] });
    expect(doing(state, formats)).toBe("Customer value: 1,200 of 3,700 steps, and 1 more stage");
  });

  it("leaves out units that are not counted, and begins without a stage", () => {
    expect(doing(stateOf({ ...aRun, stages: [aStage("quality", "running", 0)] }), formats)).toBe("Quality checks");
    expect(doing(stateOf(aRun), formats)).toBe("Beginning");
  });

  it("says what came of it", () => {
    expect(doing(stateOf({ ...aRun, state: "succeeded", published: true }), formats)).toBe("All results are in force");
    expect(doing(stateOf({ ...aRun, state: "succeeded" }), formats)).toBe("Done; nothing was to be published");
    expect(doing(stateOf({ ...aRun, state: "failed" }), formats)).toContain("earlier results stay in force");
  });
});

describe("words about a run", () => {
  it("count its stages", () => {
    const stages = [aStage("ingest", "ok"), aStage("clv", "failed"), aStage("anomalies", "skipped"), aStage("publish", "pending")];
    expect(stageCounts(stages)).toBe("1 of 4 stages finished, 1 failed, 1 skipped");
    expect(stageCounts([aStage("quality", "ok")])).toBe("1 of 1 stage finished");
  });

  it("tell who wanted what", () => {
    expect(about({ ...aRun, trigger: "api", options: { full: true, only: ["ingest", "clv"] } })).toBe(
      "by mira · everything from the beginning · only Load the files, Customer value",
    );
    expect(about({ ...aRun, trigger: "schedule", cancelled_by: "tom" })).toBe("by the schedule · cancelled by tom");
  });
});

describe("the time left", () => {
  it("is rounded up, in minutes from one minute on", () => {
    expect(leftText(0.4, formats)).toBe("a moment");
    expect(leftText(12.2, formats)).toBe("13\u202fs");
    expect(leftText(61, formats)).toBe("2\u202fmin");
    expect(leftText(null, formats)).toBe("not known yet");
  });
});
