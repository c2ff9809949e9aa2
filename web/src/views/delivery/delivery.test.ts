import { describe, expect, it } from "vitest";
import { ReportTable } from "$/reports/table";
import { boundsOf, merged, placesOf, scaleOf, shareOf, stepOf, widthOf } from "./cells";
import { lettersAt, placeAt, pointIn, scaleBar, viewOf, worldPoint } from "./mercator";

function location(rows: (string | number)[][], totalRows = rows.length): ReportTable {
  return new ReportTable({
    report: "deliver_location",
    dimension: "main",
    as_of: "2026-01-31T00:00:00",
    run_id: "r",
    is_sample: false,
    columns: ["week", "geohash", "deliver", "order_count", "abnormal_count", "location_anomaly"].map((name) => ({
      name, type: "text", unit: "",
    })),
    rows,
    total_rows: totalRows,
  } as ConstructorParameters<typeof ReportTable>[0]);
}

const always = () => true;

describe("cells", () => {
  it("have the bounds of their geohash", () => {
    // ezs42 is the worked example of the algorithm's description: 42.605 N, 5.603 W.
    const bounds = boundsOf("ezs42");
    expect(bounds?.west).toBeCloseTo(-5.625, 3);
    expect(bounds?.east).toBeCloseTo(-5.581, 3);
    expect(bounds?.south).toBeCloseTo(42.583, 3);
    expect(bounds?.north).toBeCloseTo(42.627, 3);
    expect(boundsOf("gcpva")).toBeNull();
    expect(widthOf(7) * 2 ** 18).toBeCloseTo(360);
  });

  it("contain the middles that the report names", () => {
    const bounds = boundsOf("gcmzgz9");
    expect(((bounds?.south ?? 0) + (bounds?.north ?? 0)) / 2).toBeCloseTo(53.43544006, 7);
    expect(((bounds?.west ?? 0) + (bounds?.east ?? 0)) / 2).toBeCloseTo(-2.99720764, 7);
  });

  it("weigh weeks by their orders", () => {
    const { cells, weeks } = placesOf(
      location([
        ["2026-01-05", "gcmzgz9", 20, 1, 0, 0],
        ["2026-01-12", "gcmzgz9", 40, 3, 1, 1],
        ["2026-01-12", "gcmzgz8", 10, 4, 0, 0],
      ]),
      "deliver",
      always,
    );
    expect(cells.map(({ geohash, minutes, orders, abnormal, isSlow }) => [geohash, minutes, orders, abnormal, isSlow])).toEqual([
      ["gcmzgz9", 35, 4, 1, true],
      ["gcmzgz8", 10, 4, 0, false],
    ]);
    expect(weeks).toEqual({ from: "2026-01-05", to: "2026-01-12" });
    expect(merged(cells, 6).map(({ geohash, minutes, orders }) => [geohash, minutes, orders])).toEqual([["gcmzgz", 22.5, 8]]);
  });

  it("leave out a week that was cut", () => {
    const table = location([["2026-01-05", "gcmzgz9", 20, 1, 0, 0], ["2026-01-12", "gcmzgz9", 40, 3, 1, 1]], 90);
    expect(placesOf(table, "deliver", always).weeks).toEqual({ from: "2026-01-12", to: "2026-01-12" });
  });

  it("are coloured from the least to the greatest, equal values as the least", () => {
    expect(scaleOf([])).toBeNull();
    expect(shareOf(7, scaleOf([7, 7]))).toBe(0);
    expect(shareOf(30, scaleOf([20, 40, 30]))).toBe(0.5);
    expect([0, 0.5, 1].map(stepOf)).toEqual([0, 4, 7]);
  });
});

describe("the map", () => {
  it("finds a place again", () => {
    const place = placeAt(worldPoint(-0.12, 51.5, 9), 9);
    expect(place.longitude).toBeCloseTo(-0.12, 9);
    expect(place.latitude).toBeCloseTo(51.5, 9);
  });

  it("shows all of its cells", () => {
    const size = { width: 800, height: 400 };
    const bounds = [{ west: -4, south: 51, east: -3.9, north: 51.1 }, { west: 0, south: 55, east: 0.1, north: 55.1 }];
    const view = viewOf(bounds, size);
    for (const { west, north, east, south } of bounds) {
      for (const point of [pointIn(west, north, view, size), pointIn(east, south, view, size)]) {
        expect(point.x).toBeGreaterThan(0);
        expect(point.x).toBeLessThan(800);
        expect(point.y).toBeGreaterThan(0);
        expect(point.y).toBeLessThan(400);
      }
    }
  });

  it("has smaller cells and a shorter bar the nearer one is", () => {
    expect(lettersAt(5.3, widthOf)).toBe(4);
    expect(lettersAt(12.5, widthOf)).toBe(7);
    const bar = scaleBar({ longitude: 0, latitude: 0, zoom: 0 });
    expect(bar.metres).toBe(5_000_000);
    expect(bar.pixels).toBeLessThanOrEqual(96);
  });
});
