// What is pointed at in a chart. Nothing of this is drawn by ECharts: the box, the pointer and the dots
// are elements above the canvas, so that moving over a chart never draws it again.

export interface TipRow {
  name: string;
  value: string;
  /** A colour token, as the dot in front. */
  color?: string;
  tone?: "good" | "bad";
  /** The series it tells of; it goes when the series is hidden. */
  series?: string;
}

export interface Tip {
  title: string;
  rows: readonly TipRow[];
  note?: string;
}

export interface HoverSeries {
  name: string;
  color: string;
  values: readonly (number | null)[];
}

/** Positions along x: all series of a position are told at once. */
export interface AxisHover {
  kind: "axis";
  count: number;
  series: readonly HoverSeries[];
  /** A dotted line with dots on the series, or a band behind bars. */
  pointer: "line" | "band";
  tip: (index: number) => Tip;
}

export interface HoverPoint {
  x: number;
  y: number;
  series: string;
}

/** Single points: the nearest one is told. */
export interface PointHover {
  kind: "points";
  points: readonly HoverPoint[];
  log: { x: boolean; y: boolean };
  tip: (index: number) => Tip;
}

export type Hover = AxisHover | PointHover;

/** What is pointed at: a position, or a point; `series` counts as in Hover.series. */
export interface Mark {
  index: number;
  series: number;
}

/** Where values are on the canvas, of one axis: straight, or straight in the logarithm. */
export interface Scale {
  /** Pixel of `from` and `to`. */
  pixels: readonly [number, number];
  values: readonly [number, number];
  isLog: boolean;
}

export function pixelOf(scale: Scale, value: number): number {
  const of = scale.isLog ? Math.log : (number: number) => number;
  const [first, last] = scale.values;
  const part = (of(value) - of(first)) / (of(last) - of(first));
  return scale.pixels[0] + part * (scale.pixels[1] - scale.pixels[0]);
}

/** The point nearest to a place, no farther than `reach` pixels; null where there is none. */
export function nearestPoint(
  points: readonly HoverPoint[],
  scales: { x: Scale; y: Scale },
  place: readonly [number, number],
  reach: number,
  isShown: (series: string) => boolean,
): number | null {
  let nearest: number | null = null;
  let least = reach * reach;
  for (const [index, point] of points.entries()) {
    if (!isShown(point.series)) continue;
    const across = pixelOf(scales.x, point.x) - place[0];
    if (across > reach || across < -reach) continue;
    const down = pixelOf(scales.y, point.y) - place[1];
    const distance = across * across + down * down;
    if (distance <= least) {
      least = distance;
      nearest = index;
    }
  }
  return nearest;
}

/** The series whose dot at a position is nearest in height; `heights` null where it has none. */
export function nearestSeries(heights: readonly (number | null)[], height: number): number {
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [series, own] of heights.entries()) {
    const distance = own === null ? Number.POSITIVE_INFINITY : Math.abs(own - height);
    if (distance < least) {
      least = distance;
      nearest = series;
    }
  }
  return nearest;
}

/** A box of `size` beside a place of a plot that is `width` wide: right of it, or left where it does not fit. */
export function beside(place: number, size: number, width: number, gap = 12): number {
  const right = place + gap;
  if (right + size <= width) return right;
  return Math.max(0, place - gap - size);
}

/** What a tip says, for who hears it. */
export function spoken(tip: Tip): string {
  const rows = tip.rows.map(({ name, value }) => `${name} ${value}`);
  return [tip.title, ...rows, ...(tip.note === undefined ? [] : [tip.note])].join(", ");
}
