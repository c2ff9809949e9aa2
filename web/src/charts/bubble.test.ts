import { expect, it } from "vitest";
import { bubbleOption, diameter, type Bubble } from "./bubble";
import { testLook as look } from "./testing";

const one: Bubble = { name: "A", x: 3, y: 1, weight: 4, color: "--c2", isHollow: false, isNamed: true };

function pointsOf(bubbles: readonly Bubble[], width = 600): Record<string, unknown>[] {
  const option = bubbleOption({ bubbles, xName: "x", yName: "y" }, look, { width, hasLegend: false });
  return ((option["series"] as Record<string, unknown>[])[0]?.["data"] ?? []) as Record<string, unknown>[];
}

it("a bubble's area is its weight", () => {
  expect(diameter(1, 1)).toBe(34);
  expect(diameter(0.25, 1)).toBe(17);
  expect(diameter(0, 1)).toBe(8);
  expect(diameter(0, 0)).toBe(8);
});

it("bubbles have their place, colour and name, the large ones behind", () => {
  const points = pointsOf([one, { ...one, name: "B", weight: 9, isHollow: true, isNamed: false }]);
  expect(points.map(({ name }) => name)).toEqual(["B", "A"]);
  expect(points[0]).toMatchObject({
    value: [3, 1],
    symbolSize: 34,
    itemStyle: { color: "transparent", borderColor: look.colors[1] },
    label: { show: false },
  });
  expect(points[1]).toMatchObject({ label: { show: true, formatter: "A", position: "top" } });
});

it("narrow charts name nothing", () => {
  expect(pointsOf([one], 300)[0]).toMatchObject({ label: { show: false } });
});
