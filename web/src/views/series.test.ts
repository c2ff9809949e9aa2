import { describe, expect, it } from "vitest";
import { ReportTable, Tables, type Cell } from "$/reports/table";
import { addDays } from "$/state/range";
import { Formats } from "$/text/formats";
import { alignedRows, axisLabels, partialOf, positionName, seriesOf } from "./series";

const formats = new Formats({ locale: "en-GB", timezone: "UTC", currency: "EUR" });

function tableOf(of: { rows: Cell[][]; period?: "previous" | "year"; dimension?: string; columns?: string[]; from?: string }) {
  const columns = of.columns ?? ["daily", "orders"];
  return new ReportTable({
    report: "daily_orders", dimension: of.dimension ?? "main", as_of: "2026-03-31T12:00:00", run_id: "r",
    is_sample: false, total_rows: of.rows.length, rows: of.rows, from: of.from, period: of.period ?? "current",
    columns: columns.map((name) => ({ name, type: name === "orders" ? "integer" : "date", unit: "orders" })),
  } as unknown as ConstructorParameters<typeof ReportTable>[0]);
}

const days = (first: string, count: number) => Array.from({ length: count }, (_, i) => addDays(first, i));
const daily = (first: string, count: number) => days(first, count).map((day, i): Cell[] => [day, i]);

describe("the compared period", () => {
  it("lies below the same weekdays in long ranges", () => {
    const before = tableOf({ rows: daily("2026-01-01", 30), period: "previous" });
    const rows = alignedRows(days("2026-01-31", 30), before, "daily");
    expect(rows[0]?.[0]).toBe("2026-01-03");
    expect(rows.at(-1)).toBeNull();
  });

  it("lies first below first in short ones", () => {
    const before = tableOf({ rows: daily("2026-01-28", 3), period: "previous" });
    expect(alignedRows(days("2026-01-31", 3), before, "daily").map((row) => row?.[0])).toEqual(days("2026-01-28", 3));
  });

  it("is a ghost of a single series only", () => {
    const tables = new Tables([
      tableOf({ rows: daily("2026-01-04", 3) }),
      tableOf({ rows: daily("2026-01-01", 3), period: "year" }),
    ]);
    const [now, ghost, ...more] = seriesOf(tables, { x: "daily", series: [{ column: "orders" }] });
    expect([now?.name, now?.title, ghost?.name, ghost?.isGhost]).toEqual(["This period", "orders", "Year before", true]);
    expect(more).toEqual([]);
  });
});

it("populations are named and read at the days of the first", () => {
  const tables = new Tables([
    tableOf({ rows: daily("2026-01-01", 3), dimension: "Leeds" }),
    tableOf({ rows: daily("2026-01-02", 1), dimension: "Bath" }),
  ]);
  const series = seriesOf(tables, { x: "daily", series: "all" });
  expect(series.map(({ name, values }) => ({ name, values }))).toEqual([
    { name: "Leeds", values: [0, 1, 2] },
    { name: "Bath", values: [null, 0, null] },
  ]);
});

describe("a series a value", () => {
  const columns = ["daily", "promotion_id", "orders"];
  const rows: Cell[][] = [
    ["2026-01-01", "a", 1], ["2026-01-03", "a", 2], ["2026-01-03", "b", 9], ["2026-01-01", "c", 1], ["2026-01-03", "c", 1],
  ];
  const tables = new Tables([tableOf({ columns, rows })]);
  const series = [{ column: "orders" }];

  it("is for the largest, on all days, and one for the rest", () => {
    const by = { column: "promotion_id", top: 2, others: "chart.others" as const };
    expect(seriesOf(tables, { x: "daily", series, by }).map(({ name, values, color }) => ({ name, values, color }))).toEqual([
      { name: "b", values: [null, null, 9], color: "--c1" },
      { name: "a", values: [1, null, 2], color: "--c2" },
      { name: "Others", values: [1, null, 1], color: "--c10" },
    ]);
  });

  it("leaves out the rest of what cannot be added", () => {
    const by = { column: "promotion_id", top: 1 };
    expect(seriesOf(tables, { x: "daily", series, by }).map(({ name }) => name)).toEqual(["b"]);
  });
});

it("a mean times its denominator is a sum; another report can be taken off", () => {
  const weeks = tableOf({ columns: ["weekly", "orders", "n"], rows: [["2026-01-05", 2, 10]] });
  const firsts = new Tables([tableOf({ columns: ["weekly", "first"], rows: [["2026-01-05", 15]] })]);
  const series = [
    { column: "orders", times: "n" },
    { column: "orders", times: "n", less: { report: "firsts", column: "first" } },
  ];
  const made = seriesOf(new Tables([weeks]), { x: "weekly", series }, () => firsts);
  expect(made.map(({ values, column }) => ({ values, column }))).toEqual([
    { values: [20], column: "orders" },
    { values: [5], column: "" },
  ]);
});

it("weeks and months that are not over are partial", () => {
  const of = (x: string, ...values: string[]) =>
    partialOf(tableOf({ columns: [x, "orders"], rows: values.map((value) => [value, 1]), from: "2026-03-18" }), values, x);
  expect(of("weekly", "2026-03-16", "2026-03-23", "2026-03-30")).toEqual([true, false, true]);
  expect(of("monthly", "2026-04-01")).toEqual([true]);
  expect(of("hourly", "1")).toEqual([]);
});

it("positions are written as what they are", () => {
  expect(positionName("daily", "2026-02-09", formats)).toBe("Mon, 9 Feb 2026");
  expect(positionName("weekly", "2026-02-09", formats)).toBe("Week of 9 Feb 2026");
  expect(positionName("monthly", "2026-02-01", formats)).toBe("Feb 2026");
  expect(positionName("hourly", "7", formats)).toBe("07:00 to 07:59");
  expect(axisLabels("daily", ["2026-02-09", "2026-02-10"], formats)).toEqual(["9 Feb", "10 Feb"]);
  expect(axisLabels("weekly", ["2024-02-05", "2026-02-09"], formats)).toEqual(["Feb 2024", "Feb 2026"]);
});
