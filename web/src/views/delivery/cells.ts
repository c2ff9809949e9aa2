// Places as geohash cells: their bounds, larger cells made of smaller ones, what is known of each.
import type { ReportTable } from "$/reports/table";

const letters = "0123456789bcdefghjkmnpqrstuvwxyz";

export interface Bounds {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The rectangle of a geohash, in degrees; null for what is none. */
export function boundsOf(geohash: string): Bounds | null {
  const longitude: [number, number] = [-180, 180];
  const latitude: [number, number] = [-90, 90];
  let isLongitude = true;
  if (geohash === "") return null;
  for (const letter of geohash) {
    const value = letters.indexOf(letter);
    if (value < 0) return null;
    for (let bit = 16; bit >= 1; bit /= 2) {
      const range = isLongitude ? longitude : latitude;
      const middle = (range[0] + range[1]) / 2;
      range[(value & bit) !== 0 ? 0 : 1] = middle;
      isLongitude = !isLongitude;
    }
  }
  return { west: longitude[0], south: latitude[0], east: longitude[1], north: latitude[1] };
}

/** The width of a cell in degrees of longitude, by its number of letters. */
export function widthOf(length: number): number {
  return 360 / 2 ** Math.ceil((5 * length) / 2);
}

export interface PlaceCell {
  geohash: string;
  bounds: Bounds;
  /** Mean minutes over all its orders. */
  minutes: number;
  orders: number;
  abnormal: number;
  /** Whether one of its places takes longer than others in all weeks. */
  isSlow: boolean;
}

export interface Weeks {
  from: string;
  to: string;
}

/** What a *_location report says of each place within some weeks (their Mondays, both inclusive). A report
    that was cut to its newest rows may hold only a part of its oldest week: that week is left out. */
export function placesOf(table: ReportTable, metric: string, within: (week: string) => boolean): {
  cells: PlaceCell[];
  /** That are shown. */
  weeks: Weeks | null;
  /** That the report holds. */
  held: Weeks | null;
} {
  const weeks = [...new Set(table.texts("week"))].sort();
  if (table.rows.length < table.totalRows && weeks.length > 1) weeks.shift();
  const known = new Set(weeks.filter(within));
  const sums = new Map<string, Sum>();
  for (const row of table.rows) {
    const minutes = table.number(row, metric);
    const orders = table.number(row, "order_count") ?? 0;
    if (minutes === null || !known.has(table.text(row, "week"))) continue;
    add(sums, table.text(row, "geohash"), {
      minutes: minutes * orders,
      orders,
      abnormal: table.number(row, "abnormal_count") ?? 0,
      isSlow: table.number(row, "location_anomaly") === 1,
    });
  }
  return { cells: cellsOf(sums), weeks: spanOf(weeks.filter((week) => known.has(week))), held: spanOf(weeks) };
}

function spanOf(sorted: readonly string[]): Weeks | null {
  const from = sorted[0];
  const to = sorted.at(-1);
  return from === undefined || to === undefined ? null : { from, to };
}

/** Cells of fewer letters, each of all the places in it. */
export function merged(cells: readonly PlaceCell[], length: number): PlaceCell[] {
  const sums = new Map<string, Sum>();
  for (const cell of cells) {
    add(sums, cell.geohash.slice(0, length), { ...cell, minutes: cell.minutes * cell.orders });
  }
  return cellsOf(sums);
}

interface Sum {
  minutes: number;
  orders: number;
  abnormal: number;
  isSlow: boolean;
}

function add(sums: Map<string, Sum>, geohash: string, more: Sum): void {
  const sum = sums.get(geohash);
  if (!sum) {
    sums.set(geohash, { minutes: more.minutes, orders: more.orders, abnormal: more.abnormal, isSlow: more.isSlow });
    return;
  }
  sum.minutes += more.minutes;
  sum.orders += more.orders;
  sum.abnormal += more.abnormal;
  sum.isSlow ||= more.isSlow;
}

function cellsOf(sums: ReadonlyMap<string, Sum>): PlaceCell[] {
  const cells: PlaceCell[] = [];
  for (const [geohash, sum] of sums) {
    const bounds = boundsOf(geohash);
    if (bounds && sum.orders > 0) cells.push({ ...sum, geohash, bounds, minutes: sum.minutes / sum.orders });
  }
  return cells;
}

/** Fewer orders say too little of a place. */
export const leastOrders = 5;

export interface Scale {
  low: number;
  high: number;
}

/** From the least to the greatest; null without values. */
export function scaleOf(values: readonly number[]): Scale | null {
  return values.length === 0 ? null : { low: Math.min(...values), high: Math.max(...values) };
}

/** 0 to 1 on a scale; 0 where all values are equal. */
export function shareOf(value: number, scale: Scale | null): number {
  if (!scale || scale.high <= scale.low) return 0;
  return Math.min(1, Math.max(0, (value - scale.low) / (scale.high - scale.low)));
}

/** The step of a scale of colours --s0 .. --s7. */
export function stepOf(share: number): number {
  return Math.min(7, Math.floor(share * 8));
}
