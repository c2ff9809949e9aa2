import type { Option } from "./echarts";
import { categoryAxis, frameOption, valueAxis } from "./frame";
import { colorOf, type Look } from "./look";

export interface DifferenceSeries {
  name: string;
  /** A colour token. */
  color: string;
  /** One a position; null where the position belongs to another series. */
  values: readonly (number | null)[];
  /** Marked with a diamond at the end of each bar. */
  isMarked: boolean;
}

export interface DifferencesInput {
  x: readonly string[];
  series: readonly DifferenceSeries[];
  tick: (value: number) => string;
}

/** Bars up and down from zero, each position of one series. */
export function differencesOption(input: DifferencesInput, look: Look): Option {
  return {
    ...frameOption(look),
    xAxis: { ...categoryAxis(look, input.x, true), axisLine: { onZero: false, lineStyle: { color: look.axis } } },
    yAxis: valueAxis(look, input.tick),
    series: input.series.flatMap(({ name, color, values, isMarked }) => {
      const bars: Option = {
        type: "bar",
        name,
        stack: "all",
        silent: true,
        data: [...values],
        barMaxWidth: 18,
        barCategoryGap: "20%",
        itemStyle: { color: colorOf(look, color) },
      };
      const marks: Option = {
        type: "scatter",
        name,
        silent: true,
        symbol: "diamond",
        symbolSize: 9,
        z: 5,
        data: values.flatMap((value, at) => (value === null ? [] : [[at, value]])),
        itemStyle: { color: colorOf(look, color), borderColor: look.surface, borderWidth: 1 },
      };
      return isMarked ? [bars, marks] : [bars];
    }),
  };
}
