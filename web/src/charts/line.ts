import type { Option } from "./echarts";
import { categoryAxis, frameOption, shortened, textWidth, valueAxis, type Frame } from "./frame";
import { colorOf, seriesColor, tint, type Look } from "./look";

export interface LineSeries {
  name: string;
  values: readonly (number | null)[];
  /** A colour token; by position where it is missing. */
  color?: string;
  /** Grey and thin: what the others are compared with. */
  isGhost?: boolean;
  /** Drawn dashed throughout: what was expected. */
  isDashed?: boolean;
}

export interface LineInput {
  /** Names of the positions, in order. */
  x: readonly string[];
  series: readonly LineSeries[];
  /** Positions of unfinished periods: what leads to them is dashed. */
  partial: readonly boolean[];
  /** The area below is filled, as it is below a single series. */
  isArea: boolean;
  /** A tick of the y axis. */
  tick: (value: number) => string;
}

/** More points than this are thinned out for drawing, keeping the shape (LTTB). */
const manyPoints = 2000;
const labelLetters = 22;

/** Lines over an ordered axis. */
export function lineOption(input: LineInput, look: Look, frame: Frame): Option {
  const hasLabels = !frame.hasLegend && input.series.length > 1;
  const labels = hasLabels ? input.series.map(({ name }) => textWidth(shortened(name, labelLetters))) : [];
  const drawn = input.series.flatMap((series, position) => linesOf(series, position, input, look, hasLabels));
  return {
    ...frameOption(look, hasLabels ? Math.max(...labels) + 16 : undefined),
    xAxis: categoryAxis(look, input.x, false),
    yAxis: valueAxis(look, input.tick),
    series: drawn,
  };
}

/** A series as one line, or as a solid and a dashed one where it has unfinished periods. */
function linesOf(series: LineSeries, position: number, input: LineInput, look: Look, isNamed: boolean): Option[] {
  const isGhost = series.isGhost === true;
  const color = colorOf(look, isGhost ? "--ghost" : (series.color ?? seriesColor(position)));
  const line = (values: readonly (number | null)[], isDashed: boolean): Option => ({
    type: "line",
    name: series.name,
    data: [...values],
    silent: true,
    symbol: "none",
    z: isGhost ? 2 : 3,
    lineStyle: { width: isGhost ? 1 : 2, color, type: isDashed ? [4, 4] : "solid" },
    itemStyle: { color },
    ...(values.length > manyPoints ? { sampling: "lttb" } : {}),
    ...(input.isArea && !isGhost ? { areaStyle: { color: tint(look.accent, 0.06) } } : {}),
  });
  const named = (option: Option): Option => ({
    ...option,
    endLabel: {
      show: true,
      distance: 6,
      fontSize: 11,
      color: isGhost ? look.muted : color,
      fontWeight: isGhost ? 400 : 600,
      formatter: shortened(series.name, labelLetters),
    },
    labelLayout: { moveOverlap: "shiftY" },
  });
  const last = (lines: Option[]) => lines.map((one, at) => (isNamed && at === lines.length - 1 ? named(one) : one));

  const isPartial = (at: number) => input.partial[at] === true;
  if (isGhost || series.isDashed === true || !input.partial.includes(true)) {
    return last([line(series.values, series.isDashed === true)]);
  }
  const finished = series.values.map((value, at) => (isPartial(at) ? null : value));
  const rest = series.values.map((value, at) =>
    isPartial(at) || isPartial(at - 1) || isPartial(at + 1) ? value : null,
  );
  return last([line(finished, false), line(rest, true)]);
}
