// The kinds of view and what each needs to know. Views draw what a card's report holds; the component
// of a kind is found in registry.ts.
import type { MessageId } from "$/text/text";
import type { Detector } from "./anomaly/alarms";

/** A column as a series: its name in the report, how it is called and coloured. */
export interface Series {
  column: string;
  /** Default: the catalogue's description. */
  label?: MessageId;
  /** A colour token: "--c3"; default: in order. */
  color?: string;
  /** The column is a mean: multiplied by this one it is a sum. */
  times?: string;
  /** Of another report of the card, by the same x. */
  report?: string;
  /** Without what stands in this column of another report of the card. */
  less?: { report: string; column: string };
}

/** A report of several rows a position: a series for each value of a column, the largest ones by name. */
export interface SeriesBy {
  column: string;
  /** How many; the rest is added up as "Others" where it can be added. */
  top: number;
  others?: MessageId;
}

/** Which columns are series: named, or all number columns but keys ("daily_<action>" made real). */
export type SeriesOf = readonly Series[] | "all";

/** A point a row: `color` is a column with a segment's name or number, `name` says who it is. */
export interface ScatterOf {
  x: string;
  y: string;
  color?: string;
  size?: string;
  name?: string;
  /** Axes of logarithms: what is not above 0 is left out. */
  log?: { x: boolean; y: boolean; z?: boolean };
  /** Durations in hours instead of days. */
  inHours?: boolean;
}

/** A slice counts a column, less another one; its customers are those of the column `cell`. */
export interface DonutSlice {
  column: string;
  less?: string;
  cell: string;
  label: MessageId;
  color: string;
}

export interface ViewOptions {
  /** Lines over time or another ordered key; compared periods are a grey line, partial ones dashed. */
  line: {
    x: string;
    series: SeriesOf;
    by?: SeriesBy;
    isArea?: boolean;
    isUpToNow?: boolean;
    /** Whether more is better: colours the change against the compared period. */
    isGood?: "up" | "down";
  };
  /** Vertical bars over an ordered key. */
  bars: {
    x: string;
    series: SeriesOf;
    by?: SeriesBy;
    /** Values tell of all up to the end of a period: none is unfinished. */
    isUpToNow?: boolean;
    highlightLast?: boolean;
    isStacked?: boolean;
    isGood?: "up" | "down";
    /** Only the first positions; the rest has a tail of few. */
    first?: number;
  };
  /** A histogram: lower and upper edge of each bin. */
  histogram: { from: string; to: string; value: string };
  /** A ranked list: the bar lies under the name. `also` is a second column, `share` its share of a total. */
  rank: { name: string; value: string; also?: string; label?: MessageId; alsoLabel?: MessageId; first?: number };
  /** Parts of a whole: of one row, with its rate in the hole; or a slice a row. */
  donut:
    | { rate: string; center: MessageId; slices: readonly DonutSlice[] }
    | { name: string; value: string; center?: MessageId };
  treemap: { name: string; value: string; count: string };
  /** Orders of a customer's life as a stepped path. */
  journey: Record<never, never>;
  /** A cohort table: rows are dates, columns are offsets. */
  cohorts: { period: "daily" | "weekly" | "monthly"; as: "share" | "count" | "amount" };
  /** The share of cohorts that has come by each offset. */
  cohortCurve: { period: "daily" | "weekly" | "monthly" };
  /** Minutes by weekday and hour. */
  weekHours: { metric: string };
  /** Mean, median and p90 of each part of a delivery. */
  durations: Record<never, never>;
  /** Orders whose delivery is called abnormal. */
  abnormal: { metric: string };
  scatter: ScatterOf & { quadrants?: boolean };
  /** RFM in three dimensions, with a flat fallback. */
  scatter3d: ScatterOf & { z: string; isFlat: boolean };
  /** Conversion through the steps: bars, losses and the biggest drop. */
  funnel: { of: "sessions" | "customers" };
  /** Which populations the chosen loss of a funnel is in: `by` is the report that tells it of each. */
  funnelLosses: { of: "sessions" | "customers"; by: string };
  /** The steps of a funnel over time or by hour, as counts or as a share of the first. */
  funnelTrend: { of: "sessions" | "customers"; x: string; as: "count" | "share" };
  /** Before and after with intervals and verdicts. */
  forest: { name: string };
  /** Before and after as grouped bars, with where after would be without a change. */
  beforeAfter: { name: string };
  /** Promotions by wins and losses. */
  bubble: Record<never, never>;
  /** Actual and prediction with an interval; `horizon` in months. */
  prediction: { horizon: string; isWithEarlier: boolean };
  /** Models of lifetime value by how well they predicted what is known. */
  backtest: Record<never, never>;
  /** Customers by what they are expected to pay. */
  topCustomers: Record<never, never>;
  /** Segments with what they are and what to do about them. */
  segmentTable: Record<never, never>;
  /** Customers by score, 1 to 5, with the middle value of each. */
  clusters: { score: string; value: string };
  /** Unusual days of all detectors as a list. */
  alarms: Record<never, never>;
  /** How rare a day must be to be in it. */
  sensitivity: Record<never, never>;
  /** A score a day with its unusual days. */
  anomaly: { value: string; detector: Detector };
  /** Orders of each day against the same weekday before. */
  sameWeekdays: Record<never, never>;
  /** A small picture for each of the last days of download. */
  smallMultiples: Record<never, never>;
  /** Customers by their expected change, with a key of nine fields. */
  changes: Record<never, never>;
  sankey: { from: string; to: string; value: string };
  /** Cells of a geohash on an offline base map, and the slowest of them. */
  map: { metric: string };
  /** The report as a table of the page's own choice of columns. */
  table: { columns?: readonly string[] };
}

export type ViewKind = keyof ViewOptions;
export type View = { [K in ViewKind]: { kind: K } & ViewOptions[K] }[ViewKind];
export type ViewOf<K extends ViewKind> = Extract<View, { kind: K }>;
