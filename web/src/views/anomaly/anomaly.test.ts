import { describe, expect, it } from "vitest";
import { ReportTable, type Cell } from "$/reports/table";
import { alarmsOf, membersOf, rateOf, relativeDifference, sortAlarms, type Alarm } from "./alarms";
import { changesOf, fieldOf } from "./changes";
import { cohortDays, topOf, usualBand } from "./cohorts";
import { featureMessage, reasonsOf } from "./reasons";

function table(columns: readonly string[], rows: Cell[][]): ReportTable {
  return new ReportTable({
    report: "some",
    dimension: "main",
    as_of: "2026-01-31T00:00:00",
    run_id: "r",
    is_sample: false,
    columns: columns.map((name) => ({ name, type: "text", unit: "" })),
    rows,
    total_rows: rows.length,
  } as ConstructorParameters<typeof ReportTable>[0]);
}

const everything = { from: null, to: null };
const scored = ["daily", "outlier", "p_value", "feature", "actual", "expected", "reasons"];

describe("reasons", () => {
  it("are taken apart, whatever stands in the names", () => {
    expect(reasonsOf("sessions low (-5.1); a; b / x low y high (+4.5)")).toEqual([
      { feature: "sessions", deviations: -5.1 },
      { feature: "a; b / x low y", deviations: 4.5 },
    ]);
    expect(reasonsOf("")).toEqual([]);
  });

  it("call figures in words", () => {
    expect(featureMessage("purchased / order_screen")).toEqual({
      id: "alarm.feature.step",
      values: { from: "order screen", to: "purchased" },
    });
    expect(featureMessage("first orders on day 4")).toEqual({ id: "alarm.feature.download", values: { day: 4 } });
    expect(featureMessage("order 2 to 3 on day 0")).toEqual({ id: "alarm.feature.order", values: { to: "3", day: 0 } });
    expect(featureMessage("has_basket").values).toEqual({ name: "basket" });
  });
});

describe("alarms", () => {
  const funnel = table(scored, [
    ["2026-01-01", 0, 0.03, "sessions", 90, 100, null],
    ["2026-01-02", 1, 0.004, "purchased / sessions", 0.1, 0.2, "purchased / sessions low (-4.0)"],
    ["2026-01-03", 1, 0.0001, "sessions", 50, 100, "sessions low (-9.0)"],
  ]);
  const daily = table(["daily", "anomalities", "orders", "expected", "z"], [
    ["2026-01-02", "no change", 10, 10, 0.1],
    ["2026-01-03", "decrease", 5, 10, 4.2],
  ]);

  it("of all detectors come newest first", () => {
    const all = sortAlarms([
      ...alarmsOf("daily", daily, everything, null),
      ...alarmsOf("funnel", funnel, everything, null),
    ]);
    expect(all.map((alarm) => [alarm.date, alarm.detector])).toEqual([
      ["2026-01-03", "funnel"],
      ["2026-01-03", "daily"],
      ["2026-01-02", "funnel"],
    ]);
    expect(all.map((alarm) => alarm.isShare)).toEqual([false, false, true]);
  });

  it("follow another rate and the range, daily orders only the range", () => {
    expect(alarmsOf("funnel", funnel, everything, 0.05)).toHaveLength(3);
    expect(alarmsOf("funnel", funnel, everything, 0.001).map(({ date }) => date)).toEqual(["2026-01-03"]);
    expect(alarmsOf("funnel", funnel, { from: null, to: "2026-01-02" }, null)).toHaveLength(1);
    expect(alarmsOf("daily", daily, everything, 0.0001)).toHaveLength(1);
  });

  it("know the least rate that has them all", () => {
    expect(rateOf([0.004, 0.0096])).toBe(0.01);
    expect(rateOf([])).toBe(0.0001);
  });

  it("lead to the customers of their day", () => {
    const of = (detector: Alarm["detector"], feature: string, actual = 1): Alarm => ({
      detector, feature, actual, population: "main", date: "2026-01-03", expected: 2,
      isShare: true, chance: null, deviations: null, reasons: [],
    });
    expect(membersOf(of("funnel", "purchased / order_screen")).column).toBe("daily_purchased");
    expect(membersOf(of("funnel", "purchased / order_screen", 0)).column).toBe("daily_has_sessions");
    expect(membersOf(of("funnel", "sessions")).column).toBe("daily_has_sessions");
    expect(membersOf(of("orders", "order 2 to 3 on day 0")).report).toBe("daily_cohort_from_2_to_3");
    expect(relativeDifference(of("daily", "orders"))).toBe(-0.5);
  });
});

describe("cohorts", () => {
  it("add up their days and stay unknown after the first unknown one", () => {
    const days = cohortDays(
      table(["date", "day", "value", "outlier"], [
        ["2026-01-02", 0, 0.25, 1],
        ["2026-01-02", 1, null, 1],
        ["2026-01-01", 0, 0.125, 0],
        ["2026-01-01", 1, 0.25, 0],
      ]),
      everything,
      30,
    );
    expect(days).toEqual([
      { date: "2026-01-01", shares: [0.125, 0.375], isUnusual: false, isComplete: true },
      { date: "2026-01-02", shares: [0.25, null], isUnusual: true, isComplete: false },
    ]);
    expect(usualBand(days)).toEqual([{ low: 0.125, high: 0.125 }, { low: 0.375, high: 0.375 }]);
    expect(topOf(0.36)).toBe(0.4);
  });
});

describe("changes", () => {
  it("go into nine fields", () => {
    expect(fieldOf("Frequency; increase, Monetary ; decrease")).toBe(0);
    expect(fieldOf("Frequency; no change, Monetary ; no change")).toBe(4);
    expect(fieldOf("Frequency; decrease, Monetary ; increase")).toBe(8);
    const changes = changesOf(
      table(["naming", "monetary_diff", "frequency_diff", "client"], [
        ["Frequency; no change, Monetary ; increase", 4, -240, "A"],
        ["Frequency; no change, Monetary ; no change", 1, null, "B"],
      ]),
    );
    expect(changes.fields[5]).toEqual([{ client: "A", amount: 4, frequency: -10 }]);
    expect(changes.withoutFrequency).toBe(1);
  });
});
