import { catalogue } from "$/reports/catalogue.svelte";
import type { Tables } from "$/reports/table";
import type { LineSeries } from "$/charts/line";
import type { Formats } from "$/text/formats";
import { t } from "$/text/text";
import type { SeriesOf } from "./view";

/** The series of a report: of each population and, as a ghost, of what it is compared with. */
export function seriesOf(tables: Tables, x: string, wanted: SeriesOf): LineSeries[] {
  const list: LineSeries[] = [];
  for (const table of tables.current) {
    const columns =
      wanted === "all"
        ? table.columns
            .filter((column) => column.name !== x && (column.type === "integer" || column.type === "double"))
            .map((column) => ({ column: column.name }))
        : wanted;
    for (const one of columns) {
      const described = catalogue.column(table.report, one.column)?.description ?? one.column;
      const name = "label" in one && one.label ? t(one.label) : described;
      list.push({
        name: tables.current.length > 1 ? table.dimension : name,
        values: table.numbers(one.column),
        unit: table.unit(one.column),
      });
      const before = tables.before(table);
      if (before) list.push({ name, values: before.numbers(one.column), unit: table.unit(one.column), isGhost: true });
    }
  }
  return list;
}

/** A value of an axis in words: days, months, hours. */
export function labelOf(column: string, value: string, formats: Formats): string {
  if (column === "monthly") return formats.day(value, "month");
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return formats.day(value, "short");
  return value;
}
