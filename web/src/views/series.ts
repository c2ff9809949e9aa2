import type { LineSeries } from "$/charts/line";
import { seriesColor } from "$/charts/look";
import type { Cell, ReportTable, Tables } from "$/reports/table";
import { addDays, daysOf, monthOf } from "$/state/range";
import type { Formats } from "$/text/formats";
import { isMessage, t } from "$/text/text";
import { columnName } from "./cells";
import type { Series, SeriesBy, SeriesOf } from "./view";

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

export interface Wanted {
  x: string;
  series: SeriesOf;
  by?: SeriesBy;
}

/** The series of a report: one a column and population. A single one is shown beside what it is
    compared with, as a ghost. */
export function seriesOf(
  tables: Tables,
  wanted: Wanted,
  other: (report: string) => Tables | null = () => null,
): ReportSeries[] {
  const axis = axisOf(tables.first, wanted.x);
  const current = tables.current;
  const list: ReportSeries[] = [];
  for (const table of current) {
    if (wanted.by) {
      list.push(...seriesBy(table, axis, wanted, wanted.by));
      continue;
    }
    const columns = columnsOf(table, wanted);
    const names = columns.map((column) => nameOf(table, column));
    for (const [i, column] of columns.entries()) {
      // Columns of the shop's actions have one description.
      const isAlone = names.filter((name) => name === names[i]).length === 1;
      const own = isAlone ? (names[i] ?? "") : column.column;
      const populated = columns.length > 1 ? `${table.dimension}, ${own}` : table.dimension;
      const name = current.length > 1 ? populated : own;
      const color = (current.length > 1 ? undefined : column.color) ?? seriesColor(list.length);
      list.push(seriesFrom(table, column, name, color, axis, wanted.x, other));
    }
  }
  const only = list.length === 1 && !wanted.by ? list[0] : undefined;
  const before = only && tables.before(only.table);
  return only && before ? besideGhost(only, before, axis, wanted) : list;
}

function besideGhost(only: ReportSeries, before: ReportTable, axis: readonly string[], wanted: Wanted): ReportSeries[] {
  const isYear = before.period === "year";
  const rows = alignedRows(axis, before, wanted.x);
  const column = columnsOf(before, wanted)[0] ?? { column: only.column };
  const ghost = {
    ...only,
    table: before,
    name: t(isYear ? "chart.yearBefore" : "chart.previous"),
    title: t(isYear ? "chart.yearBefore.long" : "chart.previous.long"),
    color: "--ghost",
    rows,
    values: rows.map((row) => row && numberOf(before, row, column)),
    isGhost: true,
  };
  return [{ ...only, name: t("chart.this") }, ghost];
}

function seriesFrom(
  first: ReportTable,
  column: Series,
  name: string,
  color: string,
  axis: readonly string[],
  x: string,
  other: (report: string) => Tables | null,
): ReportSeries {
  const of = (report: string) => other(report)?.current.find(({ dimension }) => dimension === first.dimension);
  const table = (column.report !== undefined ? of(column.report) : undefined) ?? first;
  const less = column.less && of(column.less.report);
  const rows = rowsAt(axis, table, x);
  const lessRows = less && rowsAt(axis, less, x);
  const values = rows.map((row, at) => {
    const value = row && numberOf(table, row, column);
    if (!column.less || value === null) return value;
    const lessRow = lessRows?.[at];
    return less && lessRow ? value - (less.number(lessRow, column.less.column) ?? 0) : null;
  });
  const isCell = column.less === undefined;
  return { name, title: name, about: name, color, table, column: isCell ? column.column : "", unit: table.unit(column.column), rows, values };
}

function numberOf(table: ReportTable, row: readonly Cell[], { column, times }: Series): number | null {
  const value = table.number(row, column);
  return value === null || times === undefined ? value : value * (table.number(row, times) ?? 0);
}

/** A series for each of the largest values of a column, and one for the rest of what can be added up. */
function seriesBy(table: ReportTable, axis: readonly string[], wanted: Wanted, by: SeriesBy): ReportSeries[] {
  const column = columnsOf(table, wanted)[0];
  if (!column) return [];
  const groups = new Map<string, (readonly Cell[])[]>();
  for (const row of table.rows) {
    const name = table.text(row, by.column);
    const rows = groups.get(name);
    if (rows) rows.push(row);
    else groups.set(name, [row]);
  }
  const total = (rows: readonly (readonly Cell[])[]) =>
    rows.reduce((sum, row) => sum + (numberOf(table, row, column) ?? 0), 0);
  const ranked = [...groups].map(([name, rows]) => ({ name, rows, sum: total(rows) })).sort((a, b) => b.sum - a.sum);
  const valuesOf = (rows: readonly (readonly Cell[])[]) => {
    const at = new Map<string, number>();
    for (const row of rows) {
      const x = table.text(row, wanted.x);
      at.set(x, (at.get(x) ?? 0) + (numberOf(table, row, column) ?? 0));
    }
    return axis.map((x) => at.get(x) ?? null);
  };
  const shared = { table, unit: table.unit(column.column) };
  const list: ReportSeries[] = ranked.slice(0, by.top).map(({ name, rows }, position) => {
    const at = new Map(rows.map((row) => [table.text(row, wanted.x), row]));
    const about = name === "" ? t("chart.unnamed") : name;
    const color = `--c${position + 1}`;
    return {
      ...shared, name: about, title: about, about, color, column: column.column,
      rows: axis.map((x) => at.get(x) ?? null), values: valuesOf(rows),
    };
  });
  const rest = ranked.slice(by.top).flatMap(({ rows }) => rows);
  if (rest.length > 0 && by.others) {
    const name = t(by.others);
    list.push({
      ...shared, name, title: name, about: name, color: "--c10", column: "",
      rows: axis.map(() => null), values: valuesOf(rest),
    });
  }
  return list;
}

/** The positions of an axis, in order and once; days are all there, also those without a row. */
export function axisOf(table: ReportTable, x: string): string[] {
  const values = [...new Set(table.texts(x))];
  const numeric = values.every((value) => /^-?\d+(\.\d+)?$/.test(value));
  values.sort(numeric ? (a, b) => Number(a) - Number(b) : undefined);
  const [first, last] = [values[0], values.at(-1)];
  if (x !== "daily" || first === undefined || last === undefined || !isDay(first)) return values;
  return Array.from({ length: daysOf(first, last) }, (_, i) => addDays(first, i));
}

function columnsOf(table: ReportTable, { x, series }: Wanted): readonly Series[] {
  if (series !== "all") return series.filter(({ column, report }) => report !== undefined || table.has(column));
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
export function partialOf(table: ReportTable, axis: readonly string[], x: string): boolean[] {
  if (table.has("is_partial")) {
    const partial = new Set(table.rows.filter((row) => table.cell(row, "is_partial") === true).map((row) => table.text(row, x)));
    return axis.map((value) => partial.has(value));
  }
  const end = x === "weekly" ? (day: string) => addDays(day, 6) : x === "monthly" ? endOfMonth : null;
  if (!end) return [];
  const lastDay = table.asOf.slice(0, 10);
  return axis.map((day) => end(day) > lastDay || (table.from !== null && day < table.from));
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
  if (unit.startsWith("currency") && most >= 10) return (value) => formats.money(value);
  return (value) => formats.value(value, unit);
}

/** The largest of all values, 0 where there are none. */
export function mostOf(series: readonly LineSeries[]): number {
  let most = 0;
  for (const { values } of series) for (const value of values) if (value !== null && value > most) most = value;
  return most;
}
