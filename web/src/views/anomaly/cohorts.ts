// The first days of download cohorts, one small picture a day of download.
import type { ReportTable } from "$/reports/table";
import { isWithin, type Dates } from "./alarms";

export interface CohortDay {
  date: string;
  /** Share of the downloads that had ordered within 0, 1, 2 .. days; null where not known yet. */
  shares: readonly (number | null)[];
  isUnusual: boolean;
  isComplete: boolean;
}

/** The last `count` days of dcohort_anomaly_days, oldest first, their shares added up. */
export function cohortDays(table: ReportTable, dates: Dates, count: number): CohortDay[] {
  const days = new Map<string, { values: (number | null)[]; isUnusual: boolean }>();
  for (const row of table.rows) {
    const date = table.text(row, "date");
    const day = table.number(row, "day");
    if (day === null || !isWithin(date, dates)) continue;
    const one = days.get(date) ?? { values: [], isUnusual: false };
    one.values[day] = table.number(row, "value");
    one.isUnusual ||= table.number(row, "outlier") === 1;
    days.set(date, one);
  }
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(-count)
    .map(([date, { values, isUnusual }]) => {
      const shares = addedUp(values);
      return { date, shares, isUnusual, isComplete: shares.length > 0 && shares.every((share) => share !== null) };
    });
}

function addedUp(values: readonly (number | null | undefined)[]): (number | null)[] {
  let sum: number | null = 0;
  return Array.from(values, (value) => {
    sum = sum === null || value === null || value === undefined ? null : sum + value;
    return sum;
  });
}

/** From the tenth to the ninetieth of a hundred usual days, day by day. */
export function usualBand(days: readonly CohortDay[]): { low: number; high: number }[] {
  const usual = days.filter((day) => !day.isUnusual && day.isComplete);
  const length = Math.max(0, ...usual.map((day) => day.shares.length));
  return Array.from({ length }, (_, i) => {
    const sorted = usual.map((day) => day.shares[i] ?? 0).sort((a, b) => a - b);
    return { low: quantile(sorted, 0.1), high: quantile(sorted, 0.9) };
  });
}

function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

/** The top of an axis that holds a share: the next of 5, 10, 20, 25, 50, 100 %. */
export function topOf(share: number): number {
  return [0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1].find((top) => top >= share) ?? 1;
}
