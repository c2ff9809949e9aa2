import type { Option } from "./echarts";
import { categoryAxis, frameOption, valueAxis, type Frame } from "./frame";
import { tint, type Look } from "./look";

export interface ScoreInput {
  /** Names of the days, in order. */
  x: readonly string[];
  values: readonly (number | null)[];
  /** Positions that are called unusual: shaded, with a diamond on the line. */
  alarms: readonly number[];
  name: string;
  alarmName: string;
  tick: (value: number) => string;
}

/** A score a day as a line; unusual days differ in colour, shape and ground. */
export function scoreOption(input: ScoreInput, look: Look, frame: Frame): Option {
  const dayWidth = Math.max(3, frame.width / Math.max(1, input.x.length));
  return {
    ...frameOption(look),
    xAxis: categoryAxis(look, input.x, false),
    yAxis: valueAxis(look, input.tick),
    series: [
      {
        type: "line",
        name: input.name,
        data: [...input.values],
        silent: true,
        symbol: "none",
        z: 3,
        lineStyle: { width: input.x.length > 200 ? 1.25 : 2, color: look.accent },
        itemStyle: { color: look.accent },
      },
      {
        type: "scatter",
        name: input.alarmName,
        data: input.alarms.map((at) => [at, input.values[at] ?? null]),
        silent: true,
        symbol: "diamond",
        symbolSize: 11,
        z: 5,
        itemStyle: { color: look.bad, borderColor: look.surface, borderWidth: 1.5 },
        markLine: {
          silent: true,
          symbol: "none",
          label: { show: false },
          lineStyle: { type: "solid", width: dayWidth, color: tint(look.bad, 0.12) },
          data: input.alarms.map((at) => ({ xAxis: at })),
        },
      },
    ],
  };
}
