import type { Option } from "./echarts";
import { frameOption, valueAxis } from "./frame";
import { colorOf, type Look } from "./look";

export interface QuadrantGroup {
  name: string;
  /** A colour token. */
  color: string;
  points: readonly (readonly [number, number])[];
  isFaded: boolean;
}

export interface Range {
  least: number;
  most: number;
}

export interface QuadrantInput {
  groups: readonly QuadrantGroup[];
  x: Range;
  y: Range;
  tickX: (value: number) => string;
  tickY: (value: number) => string;
}

/** A cloud of points around two lines through zero. */
export function quadrantOption(input: QuadrantInput, look: Look): Option {
  const zero = {
    silent: true,
    symbol: "none",
    label: { show: false },
    lineStyle: { color: look.faint, type: "solid", width: 1, opacity: 0.7 },
    data: [{ xAxis: 0 }, { yAxis: 0 }],
  };
  return {
    ...frameOption(look),
    xAxis: {
      ...valueAxis(look, input.tickX),
      splitNumber: 3,
      min: input.x.least,
      max: input.x.most,
      splitLine: { show: false },
      axisLine: { show: true, onZero: false, lineStyle: { color: look.axis } },
    },
    yAxis: { ...valueAxis(look, input.tickY), min: input.y.least, max: input.y.most },
    series: input.groups.map(({ name, color, points, isFaded }, at) => ({
      type: "scatter",
      name,
      data: points.map(([x, y]) => [x, y]),
      silent: true,
      symbolSize: 5,
      itemStyle: { color: colorOf(look, color), opacity: isFaded ? 0.08 : 0.6 },
      ...(at === 0 ? { markLine: zero } : {}),
    })),
  };
}

/** A round range around zero that holds all but the outermost of a thousand on each side. */
export function rangeOf(values: readonly number[]): Range {
  if (values.length === 0) return { least: -1, most: 1 };
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return { least: roundAway(Math.min(0, at(0.005))), most: roundAway(Math.max(0, at(0.995))) };
}

/** Away from zero to 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten. */
function roundAway(value: number): number {
  if (value === 0) return 0;
  const power = 10 ** Math.floor(Math.log10(Math.abs(value)));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((one) => one * power >= Math.abs(value)) ?? 10;
  return Math.sign(value) * step * power;
}
