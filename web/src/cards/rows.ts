// A report as a table: its rows of all populations and periods, sorted, and a window of them.
import type { Cell, Tables } from "$/reports/table";
import type { ReportTable } from "$/reports/table";
import type { Formats } from "$/text/formats";

export interface Row {
  table: ReportTable;
  cells: readonly Cell[];
}

export interface Sorting {
  column: string;
  isDescending: boolean;
}

/** How the column's head says it is sorted; null where another one sorts. */
export function orderOf(sorting: Sorting | null, column: string): "ascending" | "descending" | null {
  if (sorting?.column !== column) return null;
  return sorting.isDescending ? "descending" : "ascending";
}

/** After a click on a column's head: numbers begin with the greatest, a second click turns round. */
export function sortedBy(sorting: Sorting | null, column: string, isNumber: boolean): Sorting {
  return { column, isDescending: sorting?.column === column ? !sorting.isDescending : isNumber };
}

export function rowsOf(tables: Tables): Row[] {
  return tables.all.flatMap((table) => table.rows.map((cells) => ({ table, cells })));
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** What is empty comes last in both directions. */
export function sorted(rows: readonly Row[], sorting: Sorting | null): readonly Row[] {
  if (!sorting) return rows;
  const { column, isDescending } = sorting;
  return rows.toSorted((one, other) => {
    const a = one.table.cell(one.cells, column);
    const b = other.table.cell(other.cells, column);
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order = typeof a === "string" ? collator.compare(a, String(b)) : Number(a) - Number(b);
    return isDescending ? -order : order;
  });
}

/** Which rows are drawn: all of a short table, those in sight and some around of a long one. */
export function inSight(count: number, top: number, height: number, rowHeight: number): { first: number; last: number } {
  if (count <= 200) return { first: 0, last: count };
  const around = 20;
  const first = Math.max(0, Math.min(Math.floor(top / rowHeight), count) - around);
  return { first, last: Math.min(count, Math.ceil((top + height) / rowHeight) + around) };
}

export function isNumeric(type: string): boolean {
  return type === "integer" || type === "double";
}

/** A cell's exact value in words. */
export function textOf(
  cell: Cell,
  column: { type: string; unit: string },
  formats: Formats,
  words: { yes: string; no: string },
): string {
  if (cell === null) return "–";
  if (typeof cell === "boolean") return cell ? words.yes : words.no;
  if (typeof cell === "number") return formats.value(cell, column.unit, "table");
  if (column.type === "date") return formats.day(cell);
  if (column.type === "timestamp") return formats.localTime(cell);
  return cell;
}
