import type { CellReference } from "$/cards/card";
import { catalogue } from "$/reports/catalogue.svelte";
import type { Cell, ReportTable } from "$/reports/table";

/** The cell of a row whose customers can be listed; null where the column counts nothing. */
export function cellOf(
  table: ReportTable,
  row: readonly Cell[],
  column: string,
  about: string,
): CellReference | null {
  const entry = catalogue.find(table.report);
  const described = catalogue.column(table.report, column);
  if (!entry || !described || described.counts === "nothing") return null;
  if (entry.key.some((name) => !table.has(name))) return null;
  return {
    report: table.report,
    dimension: table.dimension,
    key: table.key(row, entry.key),
    column,
    from: table.from,
    to: table.to,
    about,
  };
}

/** How a column is called: as the catalogue describes it, without the full stop. */
export function columnName(report: string, column: string): string {
  return (catalogue.column(report, column)?.description ?? column).replace(/\.$/, "");
}
