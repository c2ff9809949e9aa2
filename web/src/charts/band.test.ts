import { expect, it } from "vitest";
import { bandOption, type BandInput } from "./band";
import { tint } from "./look";
import { testLook as look } from "./testing";

const input: BandInput = {
  x: ["Mon", "Tue", "Wed"],
  low: [null, 1, 2],
  high: [null, 4, 6],
  color: "--accent",
  lines: [
    { name: "Actual", values: [3, null, null], color: "--accent" },
    { name: "Prediction", values: [null, 2, 4], color: "--c2", isDashed: true },
  ],
  tick: String,
};

function seriesOf(of: Partial<BandInput> = {}, hasLegend = false): Record<string, unknown>[] {
  return bandOption({ ...input, ...of }, look, { width: 800, hasLegend })["series"] as Record<string, unknown>[];
}

it("the band is the area between low and high", () => {
  const [low, height] = seriesOf();
  expect(low).toMatchObject({ stack: "band", data: [null, 1, 2], lineStyle: { width: 0 } });
  expect(height).toMatchObject({ stack: "band", data: [null, 3, 4], areaStyle: { color: tint(look.accent, 0.18) } });
});

it("what is expected is dashed, and lines are named at their ends unless a legend does it", () => {
  const [, , actual, prediction] = seriesOf();
  expect(actual).toMatchObject({ data: [3, null, null], lineStyle: { width: 2, type: "solid", color: look.accent } });
  expect(actual).not.toHaveProperty("endLabel");
  expect(prediction).toMatchObject({
    lineStyle: { type: [4, 4], color: look.colors[1] },
    endLabel: { formatter: "Prediction" },
  });
  expect(seriesOf({}, true)[3]).not.toHaveProperty("endLabel");
});

it("a cut is a line across the plot with its name", () => {
  const cut = seriesOf({ cut: { at: 1, name: "Made 3 May" } }).at(-1);
  expect(cut).toMatchObject({ markLine: { data: [{ xAxis: 1 }], label: { formatter: "Made 3 May" } } });
});
