import { describe, expect, it } from "vitest";
import { differencesOption } from "./differences";
import { quadrantOption, rangeOf } from "./quadrant";
import { scoreOption } from "./score";
import { testLook } from "./testing";

const plain = (value: number) => String(value);

describe("a score", () => {
  const option = scoreOption(
    { x: ["a", "b", "c"], values: [1, null, 4], alarms: [2], name: "Score", alarmName: "Alarm", tick: plain },
    testLook,
    { width: 300, hasLegend: false },
  );
  const [line, alarms] = option["series"] as Record<string, unknown>[];

  it("is a line with a diamond and a shaded ground where it is unusual", () => {
    expect(line).toMatchObject({ type: "line", data: [1, null, 4], lineStyle: { color: testLook.accent, width: 2 } });
    expect(alarms).toMatchObject({
      type: "scatter",
      symbol: "diamond",
      data: [[2, 4]],
      itemStyle: { color: testLook.bad },
      markLine: { data: [{ xAxis: 2 }], lineStyle: { width: 100 } },
    });
  });
});

describe("differences", () => {
  it("are bars of one series each, marked where they are unusual", () => {
    const option = differencesOption(
      {
        x: ["a", "b"],
        series: [
          { name: "usual", color: "--ghost", values: [3, null], isMarked: false },
          { name: "low", color: "--chart-bad", values: [null, -40], isMarked: true },
        ],
        tick: plain,
      },
      testLook,
    );
    expect(option["series"]).toMatchObject([
      { type: "bar", name: "usual", stack: "all", data: [3, null], itemStyle: { color: testLook.ghost } },
      { type: "bar", name: "low", stack: "all", data: [null, -40], itemStyle: { color: testLook.bad } },
      { type: "scatter", name: "low", symbol: "diamond", data: [[1, -40]] },
    ]);
  });
});

describe("a quadrant", () => {
  it("fades what is not isolated and draws its axes once", () => {
    const option = quadrantOption(
      {
        groups: [
          { name: "one", color: "--c1", points: [[1, 2]], isFaded: true },
          { name: "two", color: "--c2", points: [], isFaded: false },
        ],
        x: { least: -1, most: 1 },
        y: { least: -2, most: 2 },
        tickX: plain,
        tickY: plain,
      },
      testLook,
    );
    const series = option["series"] as Record<string, unknown>[];
    expect(series[0]).toMatchObject({ data: [[1, 2]], itemStyle: { opacity: 0.08 }, markLine: { data: [{ xAxis: 0 }, { yAxis: 0 }] } });
    expect(series[1]).not.toHaveProperty("markLine");
    expect(option["xAxis"]).toMatchObject({ min: -1, max: 1 });
  });

  it("has a round range around zero that outliers do not stretch", () => {
    expect(rangeOf([])).toEqual({ least: -1, most: 1 });
    expect(rangeOf([-12, -3, 7])).toEqual({ least: -15, most: 8 });
    const many = Array.from({ length: 1000 }, (_, i) => i / 1000);
    expect(rangeOf([...many, 9000])).toEqual({ least: 0, most: 1 });
  });
});
