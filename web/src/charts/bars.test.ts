import { describe, expect, it } from "vitest";
import { barsOption, type BarsInput } from "./bars";
import { testLook as look } from "./testing";

const input: BarsInput = {
  x: ["Mon", "Tue", "Wed"],
  series: [{ name: "Churn", values: [1, 2, 3], color: "--chart-bad" }],
  partial: [],
  highlightLast: false,
  isStacked: false,
  tick: String,
  label: String,
};
const seriesOf = (of: Partial<BarsInput>, width = 800) =>
  barsOption({ ...input, ...of }, look, { width, hasLegend: false })["series"] as Record<string, unknown>[];

describe("bars", () => {
  it("begin at zero, or below where values do", () => {
    const axis = barsOption(input, look, { width: 800, hasLegend: false })["yAxis"] as { min: (range: { min: number }) => number };
    expect(axis.min({ min: 5 })).toBe(0);
    expect(axis.min({ min: -5 })).toBe(-5);
  });

  it("show their values where there is room", () => {
    expect(seriesOf({})[0]).toMatchObject({ label: { show: true, color: look.text2 } });
    expect(seriesOf({}, 30)[0]).toMatchObject({ label: { show: false } });
  });

  it("can have the last one stand out", () => {
    expect(seriesOf({ highlightLast: true })[0]).toMatchObject({
      itemStyle: { color: look.bad },
      data: [
        { value: 1, itemStyle: { color: "rgba(0, 0, 12, 0.5)" } },
        { value: 2, itemStyle: { color: "rgba(0, 0, 12, 0.5)" } },
        { value: 3, label: { show: true } },
      ],
    });
  });

  it("of an unfinished period are faded and hatched", () => {
    const [bars] = seriesOf({ partial: [false, false, true] });
    expect((bars?.["data"] as unknown[])[2]).toMatchObject({
      value: 3, itemStyle: { color: "rgba(0, 0, 12, 0.3)", decal: { symbol: "rect" } },
    });
  });

  it("stand on each other where they add up", () => {
    const series = [...input.series, { name: "More", values: [1, 1, 1] }];
    expect(seriesOf({ series, isStacked: true }).map((one) => one["stack"])).toEqual(["all", "all"]);
    expect(seriesOf({ series })[0]).not.toHaveProperty("stack");
  });

  it("are compared with a thin line", () => {
    const series = [...input.series, { name: "Previous", values: [1, 1, 1], isGhost: true }];
    expect(seriesOf({ series })[1]).toMatchObject({ type: "line", lineStyle: { width: 1, color: look.ghost } });
  });
});
