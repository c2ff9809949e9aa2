import type { LineSeries } from "$/charts/line";
import { seriesColor } from "$/charts/look";
import type { Cell, ReportTable, Tables } from "$/reports/table";
import { addDays, daysOf, monthOf } from "$/state/range";
import type { Formats } from "$/text/formats";
import { isMessage, t } from "$/text/text";
import { columnName } from "./cells";
import type { Series, SeriesOf } from "./view";

/** A series of a chart that knows the rows its values stand in. */
export interface ReportSeries extends LineSeries {
  table: ReportTable;
  column: string;
  /** What it is, where there is room to say it; `name` tells it from the others. */
  title: string;
  /** What its values are, whatever the period. */
  about: string;
  color: string;
  unit: string;
  /** One a position; null where the table has no row for it. */
  rows: readonly (readonly Cell[] | null)[];
}

/** The series of a report: one a column and population. A single one is shown beside what it is
    compared with, as a ghost. */
export function seriesOf(tables: Tables, x: string, wanted: SeriesOf): ReportSeries[] {
  const current = tables.current;
  const axis = tables.first.texts(x);
  const list: ReportSeries[] = [];
  for (const table of current) {
    const columns = columnsOf(table, x, wanted);
    for (const column of columns) {
      const name = current.length > 1
        ? columns.length > 1 ? `${table.dimension}, ${nameOf(table, column)}` : table.dimension
        : nameOf(table, column);
      const color = (current.length > 1 ? undefined : column.color) ?? seriesColor(list.length);
      list.push(seriesFrom(table, column.column, name, color, rowsAt(axis, table, x)));
    }
  }
  const only = list.length === 1 ? list[0] : undefined;
  const before = only && tables.before(only.table);
  if (!only || !before) return list;
  const isYear = before.period === "year";
  const ghost = {
    ...seriesFrom(before, only.column, t(isYear ? "chart.yearBefore" : "chart.previous"), "--ghost", alignedRows(axis, before, x)),
    title: t(isYear ? "chart.yearBefore.long" : "chart.previous.long"),
    about: only.about,
    isGhost: true,
  };
  return [{ ...only, name: t("chart.this") }, ghost];
}

function seriesFrom(
  table: ReportTable,
  column: string,
  name: string,
  color: string,
  rows: readonly (readonly Cell[] | null)[],
): ReportSeries {
  const values = rows.map((row) => row && table.number(row, column));
  return { name, title: name, about: name, color, table, column, unit: table.unit(column), rows, values };
}

function columnsOf(table: ReportTable, x: string, wanted: SeriesOf): readonly Series[] {
  if (wanted !== "all") return wanted.filter(({ column }) => table.has(column));
  return table.columns
    .filter(({ name, type }) => name !== x && (type === "integer" || type === "double"))
    .map(({ name }) => ({ column: name }));
}

function nameOf(table: ReportTable, series: Series): string {
  return series.label ? t(series.label) : columnName(table.report, series.column);
}

/** The rows of a table by the values of an axis. */
function rowsAt(axis: readonly string[], table: ReportTable, x: string): (readonly Cell[] | null)[] {
  const rows = new Map(table.rows.map((row) => [table.text(row, x), row]));
  return axis.map((value) => rows.get(value) ?? null);
}

/** The rows of the compared period below those of the axis: hours and numbers by their value; days of
    four weeks and more by weekday; other periods first below first. */
export function alignedRows(axis: readonly string[], before: ReportTable, x: string): (readonly Cell[] | null)[] {
  const [first, last] = [axis[0], axis.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (!isDay(first)) return rowsAt(axis, before, x);
  const beforeFirst = before.rows[0] ? before.text(before.rows[0], x) : null;
  if (x !== "daily" || daysOf(first, last) < 28 || beforeFirst === null) {
    return axis.map((_, at) => before.rows[at] ?? null);
  }
  const shift = 7 * Math.round((daysOf(beforeFirst, first) - 1) / 7);
  return rowsAt(axis.map((day) => addDays(day, -shift)), before, x);
}

/** Which positions are periods that are not over, or were cut by the window. */
export function partialOf(table: ReportTable, x: string): boolean[] {
  if (table.has("is_partial")) return table.rows.map((row) => table.cell(row, "is_partial") === true);
  const end = x === "weekly" ? (day: string) => addDays(day, 6) : x === "monthly" ? endOfMonth : null;
  if (!end) return [];
  const lastDay = table.asOf.slice(0, 10);
  return table.texts(x).map((day) => end(day) > lastDay || (table.from !== null && day < table.from));
}

function endOfMonth(day: string): string {
  return addDays(monthOf(day, 1), -1);
}

function isDay(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value);
}

/** What stands below an axis: days, with the year where there are several. */
export function axisLabels(column: string, values: readonly string[], formats: Formats): string[] {
  const [first, last] = [values[0] ?? "", values.at(-1) ?? ""];
  if (!isDay(first) || !isDay(last)) return [...values];
  const style = column === "monthly" || daysOf(first, last) > 400 ? "month" : "short";
  return values.map((value) => formats.day(value, style));
}

/** A value of an axis in words: Mon, 3 Feb 2025; Week of 3 Feb 2025; Feb 2025; 14:00 to 14:59. */
export function positionName(column: string, value: string, formats: Formats): string {
  if (column === "hourly" && /^\d+$/.test(value)) return t("chart.hour", { hour: value.padStart(2, "0") });
  if (!isDay(value)) {
    const id = `axis.${column}`;
    return isMessage(id) ? t(id, { value }) : value;
  }
  if (column === "weekly") return t("chart.weekOf", { day: formats.day(value) });
  return formats.day(value, column === "monthly" ? "month" : "weekday");
}

/** A tick of an axis: as short as the unit allows. */
export function tickOf(unit: string, formats: Formats, most: number): (value: number) => string {
  if (unit === "percent" || unit === "ratio") {
    const decimals = most * (unit === "ratio" ? 100 : 1) < 4 ? 1 : 0;
    return (value) => formats.percent(unit === "ratio" ? 100 * value : value, decimals);
  }
  return (value) => formats.value(value, unit);
}

/** The largest of all values, 0 where there are none. */
export function mostOf(series: readonly LineSeries[]): number {
  let most = 0;
  for (const { values } of series) for (const value of values) if (value !== null && value > most) most = value;
  return most;
}
