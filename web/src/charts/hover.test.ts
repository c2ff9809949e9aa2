import { describe, expect, it } from "vitest";
import { beside, nearestPoint, nearestSeries, pixelOf, spoken, type Scale } from "./hover";

const straight: Scale = { pixels: [0, 100], values: [0, 10], isLog: false };
const log: Scale = { pixels: [0, 100], values: [1, 10], isLog: true };

it("values have their places, also on an axis of logarithms", () => {
  expect(pixelOf(straight, 5)).toBe(50);
  expect(pixelOf(straight, -1)).toBe(-10);
  expect(pixelOf(log, 100)).toBeCloseTo(200);
});

describe("what is pointed at", () => {
  const points = [
    { x: 1, y: 1, series: "a" },
    { x: 2, y: 1, series: "b" },
    { x: 9, y: 9, series: "a" },
  ];
  const scales = { x: straight, y: straight };

  it("is the nearest point within reach", () => {
    expect(nearestPoint(points, scales, [17, 11], 24, () => true)).toBe(1);
    expect(nearestPoint(points, scales, [50, 50], 24, () => true)).toBeNull();
  });

  it("is none of a hidden series", () => {
    expect(nearestPoint(points, scales, [17, 11], 24, (series) => series === "a")).toBe(0);
  });

  it("is the series nearest in height", () => {
    expect(nearestSeries([10, null, 40], 30)).toBe(2);
    expect(nearestSeries([], 30)).toBe(0);
  });
});

it("the box stays in the plot", () => {
  expect(beside(10, 50, 200)).toBe(22);
  expect(beside(180, 50, 200)).toBe(118);
  expect(beside(30, 90, 100)).toBe(0);
});

it("a tip can be said", () => {
  expect(spoken({ title: "Mon", rows: [{ name: "Orders", value: "4" }], note: "Not over" })).toBe(
    "Mon, Orders 4, Not over",
  );
});
