import { expect, it } from "vitest";
import { scatterOption, type ScatterInput } from "./scatter";
import { testLook as look } from "./testing";

const axis = { tick: String, isLog: false };
const input: ScatterInput = {
  groups: [
    { name: "champions", color: "--c1", points: [[1, 2], [3, 4], [5, 9]] },
    { name: "unusual", color: "--chart-bad", points: [[7, 7]], isDiamond: true },
  ],
  x: { ...axis, isLog: true },
  y: axis,
  quadrants: { x: 2, y: 0 },
  hasNames: true,
};
const seriesOf = (of: Partial<ScatterInput>, width: number) =>
  scatterOption({ ...input, ...of }, look, { width, hasLegend: true })["series"] as Record<string, unknown>[];

it("groups keep their colours and differ in shape where they are unusual", () => {
  const [first, second] = seriesOf({}, 800);
  expect(first).toMatchObject({ symbol: "circle", itemStyle: { color: "#c00001" }, large: false });
  expect(second).toMatchObject({ symbol: "diamond", symbolSize: 9, itemStyle: { color: look.bad } });
});

it("axes can be of logarithms", () => {
  const option = scatterOption(input, look, { width: 800, hasLegend: true });
  expect(option["xAxis"]).toMatchObject({ type: "log", splitLine: { show: false } });
  expect(option["yAxis"]).toMatchObject({ type: "value", scale: true });
  const axis = option["xAxis"] as Record<"min" | "max", (range: { min: number; max: number }) => number>;
  expect(axis.min({ min: 0.37, max: 740 })).toBeCloseTo(0.2);
  expect(axis.max({ min: 0.37, max: 740 })).toBe(1000);
});

it("lines part the plot in four", () => {
  expect(seriesOf({}, 800)[0]).toMatchObject({ markLine: { data: [{ xAxis: 2 }, { yAxis: 0 }] } });
});

it("groups are named at their middle where there is room", () => {
  expect(seriesOf({}, 800)[2]).toMatchObject({ data: [[3, 4]], label: { formatter: "champions" } });
  expect(seriesOf({}, 320)).toHaveLength(2);
  expect(seriesOf({ hasNames: false }, 800)).toHaveLength(2);
});

it("many points are drawn at once", () => {
  const points = Array.from({ length: 1001 }, (_, i) => [i + 1, i] as const);
  expect(seriesOf({ groups: [{ name: "all", color: "--accent", points }] }, 800)[0]).toMatchObject({ large: true });
});
