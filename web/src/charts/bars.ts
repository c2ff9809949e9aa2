import type { Option } from "./echarts";
import { categoryAxis, frameOption, textWidth, valueAxis, type Frame } from "./frame";
import type { LineSeries } from "./line";
import { colorOf, seriesColor, tint, type Look } from "./look";

export interface BarsInput {
  /** Names of the positions, in order. */
  x: readonly string[];
  /** A ghost is drawn as a thin line. */
  series: readonly LineSeries[];
  /** Positions of unfinished periods: faded and hatched. */
  partial: readonly boolean[];
  /** The last bar in full colour with its value above, the others at half strength. */
  highlightLast: boolean;
  isStacked: boolean;
  tick: (value: number) => string;
  /** A value above a bar. */
  label: (value: number) => string;
}

const half = 0.5;
const faded = 0.3;

/** Vertical bars from zero over an ordered axis. */
export function barsOption(input: BarsInput, look: Look, frame: Frame): Option {
  const bars = input.series.filter(({ isGhost }) => isGhost !== true).length;
  return {
    ...frameOption(look),
    xAxis: categoryAxis(look, input.x, true),
    yAxis: { ...valueAxis(look, input.tick), min: (range: { min: number }) => Math.min(0, range.min) },
    series: input.series.map((series, position) =>
      series.isGhost === true ? ghost(series, look) : barOf(series, position, bars, input, look, frame),
    ),
  };
}

function barOf(
  series: LineSeries,
  position: number,
  bars: number,
  input: BarsInput,
  look: Look,
  frame: Frame,
): Option {
  const color = colorOf(look, series.color ?? seriesColor(position));
  const last = series.values.length - 1;
  const room = frame.width / Math.max(1, series.values.length);
  const widest = Math.max(0, ...series.values.map((value) => (value === null ? 0 : textWidth(input.label(value)))));
  const isNarrow = widest > room;
  const allLabelled = bars === 1 && !input.highlightLast && series.values.length <= 24 && widest < room - 4;
  return {
    type: "bar",
    name: series.name,
    silent: true,
    barCategoryGap: series.values.length > 60 ? "12%" : "28%",
    barMaxWidth: 56,
    ...(input.isStacked ? { stack: "all" } : {}),
    itemStyle: { color, borderRadius: input.isStacked ? 0 : [2, 2, 0, 0] },
    data: series.values.map((value, at) => {
      const isPartial = input.partial[at] === true;
      const isLast = input.highlightLast && at === last;
      if (isPartial) return { value, itemStyle: hatched(color, look), ...labelIf(isLast, isNarrow) };
      if (!input.highlightLast || isLast) return isLast ? { value, ...labelIf(true, isNarrow) } : { value };
      return { value, itemStyle: { color: tint(color, half) } };
    }),
    label: {
      show: allLabelled,
      position: "top",
      distance: 3,
      fontSize: 11,
      color: look.text2,
      formatter: ({ value }: { value: number }) => input.label(value),
    },
  };
}

/** The value above the last bar; it ends with the bar, where that is narrow. */
function labelIf(show: boolean, isNarrow: boolean): { label?: Option } {
  return show ? { label: { show: true, ...(isNarrow ? { align: "right" } : {}) } } : {};
}

function hatched(color: string, look: Look): Option {
  return {
    color: tint(color, faded),
    decal: { symbol: "rect", color: tint(look.text, 0.18), dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4 },
  };
}

function ghost(series: LineSeries, look: Look): Option {
  return {
    type: "line",
    name: series.name,
    data: [...series.values],
    silent: true,
    symbol: "none",
    z: 3,
    lineStyle: { width: 1, color: look.ghost },
    itemStyle: { color: look.ghost },
  };
}
