import { expect, test } from "vitest";
import { ReportTable, Tables } from "$/reports/table";
import { fileAddress } from "./addresses";
import { cellFrom } from "./chosen";
import { cursorOf } from "./members";
import { inSight, rowsOf, sorted } from "./rows";
import { toneOf } from "./tile_value";

const table = (of: object = {}) =>
  new ReportTable({
    report: "kpis",
    dimension: "main",
    as_of: "2026-11-21T06:12:00",
    run_id: "1",
    is_sample: false,
    columns: [{ name: "name", type: "text", unit: "" }, { name: "value", type: "double", unit: "" }],
    rows: [["b", 2], ["a", null], ["c", 10]],
    total_rows: 3,
    ...of,
  });

test("rows are sorted by values, and what is empty stays last", () => {
  const rows = rowsOf(new Tables([table()]));
  const names = (isDescending: boolean) => sorted(rows, { column: "value", isDescending }).map(({ cells }) => cells[0]);
  expect(names(false)).toEqual(["b", "c", "a"]);
  expect(names(true)).toEqual(["c", "b", "a"]);
});

test("long tables draw what is in sight", () => {
  expect(inSight(200, 0, 300, 30)).toEqual({ first: 0, last: 200 });
  expect(inSight(10_000, 3000, 300, 30)).toEqual({ first: 80, last: 130 });
  expect(inSight(1000, 1_000_000, 300, 30).last).toBe(1000);
});

test("a file is of what was answered", () => {
  const now = table({ dimension: "Leeds", period: "current", from: "2026-11-01", to: "2026-11-21", segment: "lost" });
  const before = table({ dimension: "Leeds", period: "previous" });
  expect(fileAddress(new Tables([now, before]), "csv", { snapshot: null, isDemo: false })).toBe(
    "/api/v1/reports/kpis?format=csv&dimension=Leeds&from=2026-11-01&to=2026-11-21&compare=previous&segment=lost",
  );
  expect(fileAddress(new Tables([table()]), "json", { snapshot: null, isDemo: false })).toBe("/api/v1/reports/kpis?format=json");
});

test("the cell of an address is read, and what is none is none", () => {
  const cell = { report: "kpis", dimension: "main", key: {}, column: "total_orders", from: null, to: null, segment: null, about: "Orders" };
  expect(cellFrom(JSON.stringify(cell))).toEqual(cell);
  for (const text of [null, "", "{", "null", "[]", '{"report":1}', '{"report":"a","column":"b","key":null}']) {
    expect(cellFrom(text)).toBeNull();
  }
});

test("the next page is named by its cursor", () => {
  expect(cursorOf('</api/v1/reports/kpis/members?limit=2&cursor=2-66>; rel="next"')).toBe("2-66");
  expect(cursorOf(null)).toBeNull();
});

test("a change is good where its direction is, and neither where it rounds to nothing", () => {
  expect([toneOf(3, "up"), toneOf(3, "down"), toneOf(-3, "down"), toneOf(0.04, "up"), toneOf(null, "up"), toneOf(3, undefined)]).toEqual(
    ["good", "bad", "good", "neutral", "neutral", "neutral"],
  );
});
