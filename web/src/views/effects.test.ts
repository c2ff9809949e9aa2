import { describe, expect, it } from "vitest";
import { ReportTable } from "$/reports/table";
import { axisOf, byVerdict, effectsOf, niceAbove, tallyOf, verdictOf, withoutIt, type Effect } from "./effects";

function table(columns: readonly string[], rows: readonly unknown[][]): ReportTable {
  return new ReportTable({
    report: "promotion_usage_before_after_orders_accept", dimension: "main", as_of: "2026-11-18T10:00:00", run_id: "r",
    is_sample: false, total_rows: rows.length,
    columns: columns.map((name) => ({ name, type: "double", unit: "" })), rows,
  } as unknown as ConstructorParameters<typeof ReportTable>[0]);
}

const columns = [
  "promotions", "mean_control", "mean_validation", "diff", "diff_did", "ci_low", "ci_high", "expected", "n_validation",
  "p_value", "q_value", "minimum_detectable_effect", "significant", "insufficient", "sentence",
];

describe("effects", () => {
  it("are those beyond others like them, as parts of what was expected", () => {
    const rows = [["A", 1, 1.5, 0.5, -0.2, -0.3, -0.1, 2, 40, 0.001, 0.01, 0.1, true, false, "likely fewer"]];
    const [effect] = effectsOf([table(columns, rows)], "promotions");
    expect(effect).toMatchObject({ effect: -0.2, relative: -0.1, relativeLow: -0.15, relativeHigh: -0.05, verdict: "less" });
  });

  it("of segments know what was expected from the effect", () => {
    const some = columns.filter((name) => name !== "expected");
    const rows = [["A", 1, 1.5, 0.5, 0.5, 0.2, 0.8, 40, 0.2, 0.4, 0.1, false, false, "no clear change"]];
    expect(effectsOf([table(some, rows)], "promotions")[0]).toMatchObject({ expected: 1, relative: 0.5, verdict: "unclear" });
  });

  it("of nothing expected and nothing come are none", () => {
    const rows = [["A", 0, 0, 0, 0, null, null, 0, 40, null, null, null, false, false, "no orders"]];
    expect(effectsOf([table(columns, rows)], "promotions")[0]).toMatchObject({ relative: 0, relativeLow: null });
  });

  it("have a verdict of four", () => {
    expect(verdictOf(true, false, 1)).toBe("more");
    expect(verdictOf(true, false, -1)).toBe("less");
    expect(verdictOf(false, false, 1)).toBe("unclear");
    expect(verdictOf(false, true, 1)).toBe("insufficient");
    expect(verdictOf(false, false, null)).toBe("insufficient");
  });
});

function effect(name: string, verdict: Effect["verdict"], relative: number | null, customers = 100): Effect {
  return {
    name, verdict, relative, customers, before: 1, after: 1, expected: 1, effect: relative, low: null, high: null,
    relativeLow: relative === null ? null : relative - 0.1, relativeHigh: relative === null ? null : relative + 0.1,
    pValue: null, qValue: null, detectable: null, sameInSubsets: null, test: "", sentence: "",
  };
}

const some = [
  effect("few", "insufficient", null, 12),
  effect("fall", "less", -0.08),
  effect("small", "more", 0.05),
  effect("flat", "unclear", 0.01),
  effect("great", "more", 0.15),
  effect("steep", "less", -0.3),
  effect("some", "insufficient", null, 20),
];

it("what was found stands first", () => {
  expect(byVerdict(some).map(({ name }) => name)).toEqual(["great", "small", "steep", "fall", "flat", "some", "few"]);
});

it("the verdict counts", () => {
  expect(tallyOf(some)).toEqual({ all: 7, more: 2, less: 2, unclear: 1, insufficient: 2, least: 5, most: 15 });
  expect(tallyOf([])).toMatchObject({ all: 0, least: null, most: null });
});

it("the axis ends at a round number that holds every estimate", () => {
  expect(axisOf(some)).toBeCloseTo(0.3);
  expect(axisOf([])).toBe(0.05);
  expect(niceAbove(0.11)).toBeCloseTo(0.15);
  expect(niceAbove(0.4)).toBeCloseTo(0.4);
});

it("without an effect, after would lie where the interval of the effect leaves it", () => {
  const one = { ...effect("A", "more", 0.5), effect: 0.5, low: 0.25, high: 0.75, expected: 1 };
  expect(withoutIt(one)).toEqual({ low: 0.75, high: 1.25 });
  expect(withoutIt({ ...one, low: null })).toBeNull();
});
