// Alarms of all detectors as one list. Three of them score a day by the chance that a usual day
// scores as high; that of daily orders has a rule of its own (above 3 robust deviations).
import type { CellReference } from "$/cards/card";
import type { Cell, ReportTable } from "$/reports/table";
import { reasonsOf, type Reason } from "./reasons";

export const detectors = {
  funnel: "dfunnel_anomaly",
  downloads: "dcohort_anomaly_2",
  orders: "order_cohort_anomaly",
  daily: "dorders_anomaly",
} as const;
export type Detector = keyof typeof detectors;

export interface Alarm {
  detector: Detector;
  population: string;
  date: string;
  /** The figure that was furthest off; "orders" of daily orders. */
  feature: string;
  actual: number | null;
  expected: number | null;
  isShare: boolean;
  /** The chance that a usual day looks like this; null for daily orders. */
  chance: number | null;
  /** Robust deviations, of daily orders only. */
  deviations: number | null;
  reasons: readonly Reason[];
}

export interface Dates {
  from: string | null;
  to: string | null;
}

export function isWithin(day: string, { from, to }: Dates): boolean {
  return (from === null || day >= from) && (to === null || day <= to);
}

/** Whether a scored day is an alarm: as the run says, or by a chance of one's own. */
export function isAlarm(table: ReportTable, row: readonly Cell[], rate: number | null): boolean {
  if (rate === null) return table.number(row, "outlier") === 1;
  const chance = table.number(row, "p_value");
  return chance !== null && chance <= rate;
}

/** The alarms of one table, in its order. */
export function alarmsOf(detector: Detector, table: ReportTable, dates: Dates, rate: number | null): Alarm[] {
  const alarms: Alarm[] = [];
  for (const row of table.rows) {
    const date = table.text(row, "daily");
    if (!isWithin(date, dates)) continue;
    if (detector === "daily") {
      if (table.text(row, "anomalities") !== "no change") alarms.push(ofDailyOrders(table, row, date));
    } else if (isAlarm(table, row, rate)) {
      alarms.push(ofScore(detector, table, row, date));
    }
  }
  return alarms;
}

function ofDailyOrders(table: ReportTable, row: readonly Cell[], date: string): Alarm {
  return {
    detector: "daily",
    population: table.dimension,
    date,
    feature: "orders",
    actual: table.number(row, "orders"),
    expected: table.number(row, "expected"),
    isShare: false,
    chance: null,
    deviations: table.number(row, "z"),
    reasons: [],
  };
}

function ofScore(detector: Detector, table: ReportTable, row: readonly Cell[], date: string): Alarm {
  const feature = table.text(row, "feature");
  return {
    detector,
    population: table.dimension,
    date,
    feature,
    actual: table.number(row, "actual"),
    expected: table.number(row, "expected"),
    isShare: feature !== "sessions",
    chance: table.number(row, "p_value"),
    deviations: null,
    reasons: reasonsOf(table.text(row, "reasons")),
  };
}

export type SortOf = "date" | "metric" | "difference";

/** Newest first; of one day in the order of the detectors. */
export function sortAlarms(alarms: readonly Alarm[], by: SortOf = "date"): Alarm[] {
  const order = Object.keys(detectors);
  const newest = (a: Alarm, b: Alarm) =>
    a.date === b.date ? order.indexOf(a.detector) - order.indexOf(b.detector) : a.date < b.date ? 1 : -1;
  const first: Record<SortOf, (a: Alarm, b: Alarm) => number> = {
    date: newest,
    metric: (a, b) => order.indexOf(a.detector) - order.indexOf(b.detector) || a.feature.localeCompare(b.feature),
    difference: (a, b) => Math.abs(relativeDifference(b) ?? 0) - Math.abs(relativeDifference(a) ?? 0),
  };
  return [...alarms].sort((a, b) => first[by](a, b) || newest(a, b));
}

/** How far off, as a share of what was expected; null where nothing was expected. */
export function relativeDifference({ actual, expected }: Alarm): number | null {
  return actual === null || expected === null || expected === 0 ? null : (actual - expected) / expected;
}

/** The customers behind the day of an alarm: its sessions, its downloads, its orders. */
export function membersOf(alarm: Alarm): Pick<CellReference, "report" | "key" | "column"> {
  const key = { daily: alarm.date };
  switch (alarm.detector) {
    case "daily":
      return { report: "daily_orders", key, column: "orders" };
    case "downloads":
      return { report: "daily_cohort_downloads", key, column: "cohort_size" };
    case "orders": {
      const step = /^order (\d+) to (\d+)/.exec(alarm.feature);
      return { report: `daily_cohort_from_${step?.[1] ?? "1"}_to_${step?.[2] ?? "2"}`, key, column: "cohort_size" };
    }
    case "funnel": {
      const [action = "sessions"] = alarm.feature.split(" / ");
      const wanted = action === "sessions" || alarm.actual === 0 ? "has_sessions" : action;
      return { report: "daily_funnel", key, column: `daily_${wanted}` };
    }
  }
}

/** The chances one can choose from, and that of the run: the least that has all of its alarms. */
export const rates = [0.0001, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05] as const;

export function rateOf(chances: readonly number[]): number {
  const most = Math.max(0, ...chances);
  return rates.find((rate) => rate >= most) ?? 0.05;
}
