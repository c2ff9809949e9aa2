import type { ReportTable, Tables } from "$/reports/table";
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
