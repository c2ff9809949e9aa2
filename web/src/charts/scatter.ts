import type { Option } from "./echarts";
import { frameOption, valueAxis, type Frame } from "./frame";
import { colorOf, type Look } from "./look";

export interface ScatterGroup {
  name: string;
  /** A colour token. */
  color: string;
  points: readonly (readonly [number, number])[];
  /** What is unusual differs in shape too. */
  isDiamond?: boolean;
}

export interface ScatterAxis {
  tick: (value: number) => string;
  isLog: boolean;
}

export interface ScatterInput {
  groups: readonly ScatterGroup[];
  x: ScatterAxis;
  y: ScatterAxis;
  /** Lines that part the plot in four: at zero of differences, at medians. */
  quadrants?: { x: number; y: number };
  /** The groups' names where most of their points are. */
  hasNames: boolean;
}

/** Above this many points a group is drawn at once, without states of its points. */
const manyPoints = 1000;
const leastRoomForNames = 480;

/** Points on two axes, each straight or of logarithms. */
export function scatterOption(input: ScatterInput, look: Look, frame: Frame): Option {
  const groups: Option[] = input.groups.map((group, position) => ({
    type: "scatter",
    name: group.name,
    silent: true,
    symbol: group.isDiamond === true ? "diamond" : "circle",
    symbolSize: group.isDiamond === true ? 9 : 5,
    large: group.points.length > manyPoints,
    largeThreshold: manyPoints,
    itemStyle: { color: colorOf(look, group.color), opacity: 0.65 },
    data: group.points.map((point) => [...point]),
    ...(position === 0 && input.quadrants ? { markLine: linesAt(input.quadrants, look) } : {}),
  }));
  const names = input.hasNames && frame.width >= leastRoomForNames ? input.groups.map((group) => nameOf(group, look)) : [];
  return {
    ...frameOption(look, 16),
    xAxis: { ...axisOf(input.x, look), axisLine: { show: true, onZero: false, lineStyle: { color: look.axis } }, splitLine: { show: false } },
    yAxis: axisOf(input.y, look),
    series: [...groups, ...names],
  };
}

function axisOf({ tick, isLog }: ScatterAxis, look: Look): Option {
  const axis = valueAxis(look, tick);
  if (!isLog) return { ...axis, scale: true };
  return {
    ...axis,
    type: "log",
    min: ({ min }: { min: number }) => roundBelow(min),
    max: ({ max }: { max: number }) => roundAbove(max),
  };
}

/** 1, 2 or 5 times a power of ten, not above a value. */
function roundBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = value / power;
  return power * (factor >= 5 ? 5 : factor >= 2 ? 2 : 1);
}

function roundAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = value / power;
  return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
}

function linesAt({ x, y }: { x: number; y: number }, look: Look): Option {
  return {
    silent: true,
    symbol: "none",
    label: { show: false },
    lineStyle: { color: look.faint, width: 1, type: "solid" },
    data: [{ xAxis: x }, { yAxis: y }],
  };
}

/** The name of a group at the middle of its points. */
function nameOf(group: ScatterGroup, look: Look): Option {
  return {
    type: "scatter",
    name: group.name,
    silent: true,
    symbolSize: 0.1,
    z: 5,
    data: group.points.length === 0 ? [] : [[middle(group.points, 0), middle(group.points, 1)]],
    label: {
      show: true,
      formatter: group.name,
      fontSize: 11,
      fontWeight: 600,
      color: look.text2,
      textBorderColor: look.surface,
      textBorderWidth: 3,
    },
    labelLayout: { hideOverlap: true },
  };
}

function middle(points: ScatterGroup["points"], axis: 0 | 1): number {
  const values = points.map((point) => point[axis]).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? 0;
}
