// What a cohort table says: its newest rows, what is observable, averages and cumulative shares.
import type { ReportTable } from "$/reports/table";

export type Period = "daily" | "weekly" | "monthly";

export const offsets = 16;

export interface Cohort {
  /** The day that the cohort's bucket begins with. */
  start: string;
  size: number;
  /** By offset; null where the bucket has not begun. */
  cells: readonly (number | null)[];
  /** Cells from this offset on are not over yet: what they show can still grow. */
  complete: number;
}

/** The cohorts of a report, the newest first. */
export function cohortsOf(table: ReportTable, period: Period): Cohort[] {
  const columns = Array.from({ length: offsets }, (_, k) => String(k)).filter((name) => table.has(name));
  return table.rows
    .map((row) => {
      const start = table.text(row, period);
      return {
        start,
        size: table.number(row, "cohort_size") ?? 0,
        cells: columns.map((name) => table.number(row, name)),
        complete: completeOffsets(start, period, table.asOf),
      };
    })
    .sort((a, b) => b.start.localeCompare(a.start));
}

/** How many buckets of a cohort, its own among them, are over as of a moment of the workspace's zone. */
export function completeOffsets(start: string, period: Period, asOf: string): number {
  const end = asOf.slice(11, 19) === "23:59:59" ? dayAfter(asOf.slice(0, 10)) : asOf.slice(0, 10);
  if (period === "monthly") return Math.max(0, months(end) - months(start));
  const days = Math.round((Date.parse(end) - Date.parse(start)) / 86_400_000);
  return Math.max(0, Math.floor(days / (period === "weekly" ? 7 : 1)));
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}

function months(day: string): number {
  return 12 * Number(day.slice(0, 4)) + Number(day.slice(5, 7));
}

export interface Average {
  /** Mean size of all cohorts. */
  size: number | null;
  /** By offset: mean count and share (0 to 1) in the cohorts whose bucket at this offset is over,
      large cohorts weighing more; null where there is none. */
  counts: readonly (number | null)[];
  shares: readonly (number | null)[];
}

export function averageOf(cohorts: readonly Cohort[]): Average {
  const width = cohorts[0]?.cells.length ?? 0;
  const counts: (number | null)[] = [];
  const shares: (number | null)[] = [];
  for (let k = 0; k < width; k += 1) {
    let count = 0;
    let size = 0;
    let rows = 0;
    for (const cohort of cohorts) {
      const cell = cohort.cells[k];
      if (k >= cohort.complete || cell === null || cell === undefined) continue;
      count += cell;
      size += cohort.size;
      rows += 1;
    }
    counts.push(rows > 0 ? count / rows : null);
    shares.push(size > 0 ? count / size : null);
  }
  const sizes = cohorts.reduce((sum, cohort) => sum + cohort.size, 0);
  return { size: cohorts.length > 0 ? sizes / cohorts.length : null, counts, shares };
}

/** The mean of amounts a customer by offset, weighted by the sizes of cohorts. */
export function meanAmounts(cohorts: readonly Cohort[]): (number | null)[] {
  return averageOf(
    cohorts.map((cohort) => ({ ...cohort, cells: cohort.cells.map((cell) => cell === null ? null : cell * cohort.size) })),
  ).shares.slice();
}

/** The share of a cohort that has come by each offset, as far as its buckets are over. */
export function cumulative(cohort: Cohort): (number | null)[] {
  let sum = 0;
  return cohort.cells.map((cell, k) => {
    if (cell === null || k >= cohort.complete || cohort.size === 0) return null;
    sum += cell;
    return sum / cohort.size;
  });
}

export interface Curve {
  /** The averages added up, so that the line cannot fall where fewer cohorts have got that far. */
  mean: readonly (number | null)[];
  /** Eight of ten cohorts lie between. */
  low: readonly (number | null)[];
  high: readonly (number | null)[];
}

export function curveOf(cohorts: readonly Cohort[]): Curve {
  let sum = 0;
  const mean = averageOf(cohorts).shares.map((share) => (share === null ? null : (sum += share)));
  const all = cohorts.map(cumulative);
  const at = (k: number, share: number) => {
    const values = all.map((values) => values[k] ?? null).filter((value) => value !== null);
    return quantile(values, share);
  };
  return { mean, low: mean.map((_, k) => at(k, 0.1)), high: mean.map((_, k) => at(k, 0.9)) };
}

/** Linear between neighbours; null of nothing. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) return null;
  return below + (above - below) * (place - Math.floor(place));
}

/** The first offset by which half of those who come at all within the table have come; null where nobody comes. */
export function halfBy(mean: readonly (number | null)[]): number | null {
  const known = mean.filter((value) => value !== null);
  const last = known.at(-1);
  if (last === undefined || last === 0) return null;
  return known.findIndex((value) => value >= last / 2);
}
