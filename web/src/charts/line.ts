import type { Formats } from "$/text/formats";
import type { Option } from "./echarts";
import { tint, type Look } from "./look";

export interface LineSeries {
  name: string;
  values: readonly (number | null)[];
  color?: string;
  /** Grey and thin: what the others are compared with. */
  isGhost?: boolean;
  unit: string;
}

export interface LineInput {
  /** Days, hours, offsets: as texts in their order. */
  x: readonly string[];
  series: readonly LineSeries[];
  /** The last point is of an unfinished period: its segment is dashed. */
  lastIsPartial: boolean;
  label: (x: string) => string;
  formats: Formats;
}

/** Lines over an ordered axis. */
export function lineOption(input: LineInput, look: Look): Option {
  const unit = input.series[0]?.unit ?? "";
  return {
    animation: false,
    textStyle: { fontFamily: look.font },
    grid: { left: 4, right: 12, top: 12, bottom: 4, containLabel: true },
    tooltip: { trigger: "axis" },
    xAxis: {
      type: "category",
      data: input.x.map(input.label),
      boundaryGap: false,
      axisLine: { lineStyle: { color: look.axis } },
      axisTick: { show: false },
      axisLabel: { color: look.muted, fontSize: 11, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      splitNumber: 4,
      splitLine: { lineStyle: { color: look.grid } },
      axisLabel: { color: look.muted, fontSize: 11, formatter: (value: number) => input.formats.value(value, unit) },
    },
    series: input.series.map((series, i) => {
      const color = series.isGhost === true ? look.ghost : (series.color ?? look.colors[i % look.colors.length] ?? look.accent);
      return {
        type: "line",
        name: series.name,
        data: [...series.values],
        showSymbol: false,
        lineStyle: { width: series.isGhost === true ? 1 : 2, color },
        itemStyle: { color },
        areaStyle: input.series.length === 1 ? { color: tint(look.accent, 0.05) } : undefined,
      };
    }),
  };
}
