import type { Option } from "./echarts";
import { categoryAxis, frameOption, shortened, textWidth, valueAxis, type Frame } from "./frame";
import { colorOf, tint, type Look } from "./look";

export interface BandLine {
  name: string;
  values: readonly (number | null)[];
  /** A colour token. */
  color: string;
  isThin?: boolean;
  isDashed?: boolean;
}

export interface BandInput {
  /** Names of the positions, in order. */
  x: readonly string[];
  /** Between what the values are expected or usual. */
  low: readonly (number | null)[];
  high: readonly (number | null)[];
  /** The band's colour token. */
  color: string;
  lines: readonly BandLine[];
  tick: (value: number) => string;
  /** A line across the plot, with what it is. */
  cut?: { at: number; name: string };
}

/** Lines, and a band that one of them is expected in: a prediction, a range. */
export function bandOption(input: BandInput, look: Look, frame: Frame): Option {
  const named = frame.hasLegend ? [] : input.lines.filter(reachesEnd);
  const labels = named.map(({ name }) => textWidth(shortened(name, 16)));
  const option = frameOption(look, labels.length > 0 ? Math.max(...labels) + 16 : undefined);
  return {
    ...option,
    ...(input.cut ? { grid: { ...(option["grid"] as object), top: 28 } } : {}),
    xAxis: categoryAxis(look, input.x, false),
    yAxis: valueAxis(look, input.tick),
    series: [
      ...bandOf(input, look),
      ...input.lines.map((line) => lineOf(line, look, named.includes(line))),
      ...(input.cut ? [cutOf(input.cut, look)] : []),
    ],
  };
}

/** A name at an end inside the plot would lie on other lines. */
function reachesEnd({ values }: BandLine): boolean {
  return (values.at(-1) ?? null) !== null;
}

/** Two stacked lines without a stroke: the band is the area of the second. */
function bandOf({ low, high, color }: BandInput, look: Look): Option[] {
  const edge = (values: readonly (number | null)[]): Option => ({
    type: "line",
    stack: "band",
    stackStrategy: "all",
    data: [...values],
    silent: true,
    symbol: "none",
    lineStyle: { width: 0 },
  });
  const height = high.map((value, at) => {
    const from = low[at] ?? null;
    return value === null || from === null ? null : value - from;
  });
  return [edge(low), { ...edge(height), areaStyle: { color: tint(colorOf(look, color), 0.18) } }];
}

function lineOf(line: BandLine, look: Look, isNamed: boolean): Option {
  const color = colorOf(look, line.color);
  return {
    type: "line",
    name: line.name,
    data: [...line.values],
    silent: true,
    symbol: "none",
    lineStyle: { width: line.isThin === true ? 1 : 2, color, type: line.isDashed === true ? [4, 4] : "solid" },
    itemStyle: { color },
    ...(isNamed
      ? {
          endLabel: { show: true, distance: 6, fontSize: 11, color, fontWeight: 600, formatter: shortened(line.name, 16) },
          labelLayout: { moveOverlap: "shiftY" },
        }
      : {}),
  };
}

function cutOf({ at, name }: { at: number; name: string }, look: Look): Option {
  return {
    type: "line",
    data: [],
    silent: true,
    markLine: {
      silent: true,
      symbol: "none",
      lineStyle: { color: look.faint, type: "solid", width: 1 },
      label: { position: "end", formatter: name, color: look.text2, fontSize: 11 },
      data: [{ xAxis: at }],
    },
  };
}
