import type { ReportTable, Tables } from "$/reports/table";
import { partialOf } from "$/views/series";
import type { Tile } from "./card";

export interface TileValue {
  value: number | null;
  unit: string;
  /** In percent; null where it cannot be said. */
  change: number | null;
  /** What it is compared with. */
  against: "week" | "previous" | "year";
  table: ReportTable;
}

/** A tile's number and its change: against what the page compares with, where it does, and otherwise
    as the report says it. */
export function tileValueOf(tile: Tile, tables: Tables): TileValue {
  const table = tables.first;
  const value = numberOf(table, tile.column);
  const before = tables.before(table);
  const unit = table.unit(tile.column);
  if (before) {
    const against = before.period === "year" ? "year" : "previous";
    return { value, unit, change: changeOf(value, numberOf(before, tile.column)), against, table };
  }
  const change = tile.change === undefined ? null : numberOf(table, tile.change);
  return { value, unit, change, against: "week", table };
}

/** The newest values of a tile's line, without periods that are not over or cut off. */
export function sparkValues({ x, column, times }: NonNullable<Tile["spark"]>, table: ReportTable): (number | null)[] {
  const values = new Map<string, number | null>();
  for (const row of table.rows) {
    const at = table.text(row, x);
    const value = table.number(row, column);
    const whole = value === null || times === undefined ? value : value * (table.number(row, times) ?? 0);
    const before = values.get(at) ?? null;
    values.set(at, before === null || whole === null ? (before ?? whole) : before + whole);
  }
  const sorted = [...values].sort(([a], [b]) => a.localeCompare(b));
  const partial = partialOf(table, sorted.map(([at]) => at), x);
  return sorted.filter((_, at) => partial[at] !== true).map(([, value]) => value).slice(-30);
}

function numberOf(table: ReportTable, column: string): number | null {
  const row = table.rows[0];
  return row ? table.number(row, column) : null;
}

function changeOf(now: number | null, before: number | null): number | null {
  return now === null || before === null || before === 0 ? null : (100 * (now - before)) / Math.abs(before);
}

/** How a change is coloured: by whether more is better, and not at all where it rounds to nothing. */
export function toneOf(change: number | null, isGood: "up" | "down" | undefined): "good" | "bad" | "neutral" {
  if (change === null || isGood === undefined || Math.abs(change) < 0.05) return "neutral";
  return change > 0 === (isGood === "up") ? "good" : "bad";
}
