import { describe, expect, it } from "vitest";
import { ReportTable } from "$/reports/table";
import { averageOf, cohortsOf, completeOffsets, cumulative, curveOf, halfBy, meanAmounts, quantile, type Cohort } from "./cohort";

const cohorts: Cohort[] = [
  { start: "2026-11-16", size: 100, cells: [10, null, null], complete: 0 },
  { start: "2026-11-09", size: 300, cells: [60, 9, null], complete: 1 },
  { start: "2026-11-02", size: 100, cells: [40, 20, 2], complete: 2 },
];

it("cohorts are read newest first", () => {
  const table = new ReportTable({
    report: "weekly_cohort_downloads", dimension: "main", as_of: "2026-11-18T10:00:00", run_id: "r", is_sample: false,
    total_rows: 2,
    columns: ["weekly", "0", "1", "cohort_size", "beyond"].map((name) => ({ name, type: "integer", unit: "" })),
    rows: [["2026-11-09", 4, 1, 9, 0], ["2026-11-16", 2, null, 5, null]],
  } as unknown as ConstructorParameters<typeof ReportTable>[0]);
  expect(cohortsOf(table, "weekly")).toEqual([
    { start: "2026-11-16", size: 5, cells: [2, null], complete: 0 },
    { start: "2026-11-09", size: 9, cells: [4, 1], complete: 1 },
  ]);
});

describe("what is over", () => {
  it("is counted in days, weeks and months", () => {
    expect(completeOffsets("2026-11-01", "daily", "2026-11-04T12:00:00")).toBe(3);
    expect(completeOffsets("2026-11-02", "weekly", "2026-11-17T12:00:00")).toBe(2);
    expect(completeOffsets("2025-11-01", "monthly", "2026-01-31T12:00:00")).toBe(2);
  });

  it("includes a day that as_of is the end of", () => {
    expect(completeOffsets("2026-11-01", "daily", "2026-11-01T23:59:59.999999")).toBe(1);
    expect(completeOffsets("2025-12-01", "monthly", "2025-12-31T23:59:59")).toBe(1);
  });
});

describe("averages", () => {
  it("take only cells that are over, and weigh by size", () => {
    const average = averageOf(cohorts);
    expect(average.shares).toEqual([100 / 400, 20 / 100, null]);
    expect(average.counts).toEqual([50, 20, null]);
    expect(average.size).toBeCloseTo(500 / 3);
  });

  it("of amounts a customer weigh by size too", () => {
    const amounts = [{ ...cohorts[1], cells: [2] }, { ...cohorts[2], cells: [6] }] as Cohort[];
    expect(meanAmounts(amounts)).toEqual([3]);
  });

  it("of nothing are nothing", () => {
    expect(averageOf([])).toEqual({ size: null, counts: [], shares: [] });
  });
});

describe("cumulative conversion", () => {
  it("adds up a cohort as far as it is over", () => {
    expect(cumulative(cohorts[2] as Cohort)).toEqual([0.4, 0.6, null]);
    expect(cumulative(cohorts[0] as Cohort)).toEqual([null, null, null]);
  });

  it("never falls, though fewer cohorts get far", () => {
    const { mean, low, high } = curveOf(cohorts);
    expect(mean).toEqual([0.25, 0.45, null]);
    expect(low[0]).toBeCloseTo(0.22);
    expect(high[0]).toBeCloseTo(0.38);
    expect(high[1]).toBe(0.6);
  });

  it("says when half of them came", () => {
    expect(halfBy([0.2, 0.3, 0.5, null])).toBe(1);
    expect(halfBy([0, 0])).toBeNull();
  });
});

it("quantiles lie between neighbours", () => {
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([1, 2], 0.1)).toBeCloseTo(1.1);
  expect(quantile([], 0.5)).toBeNull();
});
