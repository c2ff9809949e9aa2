import type { Option } from "./echarts";
import { frameOption, valueAxis, type Frame } from "./frame";
import type { Look } from "./look";

export interface Bin {
  from: number;
  to: number;
  value: number;
}

export interface HistogramInput {
  bins: readonly Bin[];
  edge: (value: number) => string;
  tick: (value: number) => string;
}

/** Bins side by side on a true axis, named at their edges. */
export function histogramOption({ bins, edge, tick }: HistogramInput, look: Look, frame: Frame): Option {
  const edges = [...bins.map(({ from }) => from), ...bins.slice(-1).map(({ to }) => to)];
  const every = Math.max(1, Math.ceil((edges.length * 56) / Math.max(1, frame.width)));
  return {
    ...frameOption(look),
    xAxis: [
      { type: "category", data: bins.map(({ from }) => edge(from)), show: false },
      {
        type: "category",
        position: "bottom",
        boundaryGap: false,
        data: edges.map(edge),
        axisLine: { lineStyle: { color: look.axis } },
        axisTick: { show: false },
        axisLabel: {
          color: look.muted,
          fontSize: 11,
          margin: 8,
          interval: (at: number) => at % every === 0,
          alignMinLabel: "left",
          alignMaxLabel: "right",
        },
      },
    ],
    yAxis: { ...valueAxis(look, tick), min: 0 },
    series: [
      {
        type: "bar",
        silent: true,
        barCategoryGap: 1,
        itemStyle: { color: look.accent, borderRadius: [2, 2, 0, 0] },
        data: bins.map(({ value }) => value),
      },
    ],
  };
}
