import { expect, it } from "vitest";
import { lineOption, type LineInput } from "./line";
import { testLook as look } from "./testing";

const frame = { width: 800, hasLegend: false };
const input: LineInput = {
  x: ["Mon", "Tue", "Wed"],
  series: [{ name: "Orders", values: [1, 2, 3] }],
  partial: [false, false, false],
  isArea: true,
  tick: String,
};

function seriesOf(of: Partial<LineInput>, hasLegend = false): Record<string, unknown>[] {
  return lineOption({ ...input, ...of }, look, { ...frame, hasLegend })["series"] as Record<string, unknown>[];
}

it("a single series is a filled line without a name at its end", () => {
  expect(lineOption(input, look, frame)).toEqual({
    animation: false,
    textStyle: { fontFamily: "Test" },
    grid: { left: 0, right: 12, top: 12, bottom: 24 },
    xAxis: {
      type: "category",
      data: ["Mon", "Tue", "Wed"],
      boundaryGap: false,
      axisLine: { lineStyle: { color: look.axis } },
      axisTick: { show: false },
      axisLabel: {
        color: look.muted, fontSize: 11, margin: 8, hideOverlap: true, alignMinLabel: "left", alignMaxLabel: "right",
      },
    },
    yAxis: {
      type: "value",
      splitNumber: 4,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: look.grid } },
      axisLabel: { color: look.muted, fontSize: 11, margin: 8, formatter: String },
    },
    series: [
      {
        type: "line",
        name: "Orders",
        data: [1, 2, 3],
        silent: true,
        symbol: "none",
        z: 3,
        lineStyle: { width: 2, color: look.accent, type: "solid" },
        itemStyle: { color: look.accent },
        areaStyle: { color: "rgba(16, 32, 48, 0.06)" },
      },
    ],
  });
});

it("what is compared with is grey, thin and never filled", () => {
  const [, ghost] = seriesOf({ series: [...input.series, { name: "Previous", values: [3, 2, 1], isGhost: true }] });
  expect(ghost).toMatchObject({
    z: 2,
    lineStyle: { width: 1, color: look.ghost, type: "solid" },
    endLabel: { show: true, color: look.muted, formatter: "Previous" },
  });
  expect(ghost).not.toHaveProperty("areaStyle");
});

it("the unfinished period is a dashed line from the last finished one", () => {
  const [solid, dashed] = seriesOf({ partial: [false, false, true] });
  expect(solid).toMatchObject({ data: [1, 2, null], lineStyle: { type: "solid" } });
  expect(dashed).toMatchObject({ data: [null, 2, 3], lineStyle: { type: [4, 4] } });
});

it("series are named at their ends, or not at all beside a legend", () => {
  const series = [input.series[0], { name: "A very long name of a city in the north", values: [4, 4, 4] }] as LineInput["series"];
  expect(seriesOf({ series })[1]).toMatchObject({
    endLabel: { formatter: "A very long name of a\u2026", color: look.colors[1] },
    labelLayout: { moveOverlap: "shiftY" },
  });
  expect(seriesOf({ series }, true)[1]).not.toHaveProperty("endLabel");
});

it("more than 2,000 points are thinned out by their shape", () => {
  const values = Array.from({ length: 2001 }, (_, i) => i);
  expect(seriesOf({ series: [{ name: "Orders", values }] })[0]).toMatchObject({ sampling: "lttb" });
  expect(seriesOf({ series: [{ name: "Orders", values: values.slice(1) }] })[0]).not.toHaveProperty("sampling");
});
