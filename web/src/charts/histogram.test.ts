import { expect, it } from "vitest";
import { histogramOption } from "./histogram";
import { testLook as look } from "./testing";

const bins = [
  { from: 0, to: 10, value: 4 },
  { from: 10, to: 20, value: 7 },
];

it("bins lie between their edges", () => {
  const option = histogramOption({ bins, edge: (value) => `€${value}`, tick: String }, look, { width: 800, hasLegend: false });
  expect(option["series"]).toMatchObject([{ type: "bar", data: [4, 7], itemStyle: { color: look.accent } }]);
  const [hidden, edges] = option["xAxis"] as Record<string, unknown>[];
  expect(hidden).toMatchObject({ show: false, data: ["€0", "€10"] });
  expect(edges).toMatchObject({ boundaryGap: false, data: ["€0", "€10", "€20"] });
});

it("edges are named as often as there is room", () => {
  const option = histogramOption({ bins, edge: String, tick: String }, look, { width: 90, hasLegend: false });
  const { interval } = (option["xAxis"] as { axisLabel: { interval: (at: number) => boolean } }[])[1]?.axisLabel ?? {};
  expect([0, 1, 2].map((at) => interval?.(at))).toEqual([true, false, true]);
});
