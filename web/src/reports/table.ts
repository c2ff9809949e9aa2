import type { Schemas } from "$/api/client";

export type Cell = string | number | boolean | null;
export type Column = Schemas["Column"];

/** One report of one population and one period, as the server answered it. */
export class ReportTable {
  readonly report: string;
  /** Name of the population: "main", "London". */
  readonly dimension: string;
  readonly period: "current" | "previous" | "year";
  /** The window it was computed for; null where it was not (all data up to as_of). */
  readonly from: string | null;
  readonly to: string | null;
  /** The segment whose customers it is about; null for everybody. */
  readonly segment: string | null;
  readonly asOf: string;
  readonly runId: string;
  readonly isSample: boolean;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** Why it is empty or partly so, in a sentence; mostly empty itself. */
  readonly note: string;
  /** How many rows the report has; more than `rows` when it was sampled or cut. */
  readonly totalRows: number;
  readonly #positions: Map<string, number>;

  constructor(answer: Schemas["Report"]) {
    this.report = answer.report;
    this.dimension = answer.dimension;
    this.period = answer.period ?? "current";
    this.from = answer.from ?? null;
    this.to = answer.to ?? null;
    this.segment = answer.segment ?? null;
    this.asOf = answer.as_of;
    this.runId = answer.run_id;
    this.isSample = answer.is_sample;
    this.columns = answer.columns;
    this.rows = answer.rows as readonly (readonly Cell[])[];
    this.note = answer.note ?? "";
    this.totalRows = answer.total_rows;
    this.#positions = new Map(answer.columns.map((column, position) => [column.name, position]));
  }

  has(column: string): boolean {
    return this.#positions.has(column);
  }

  unit(column: string): string {
    return this.columns[this.#position(column)]?.unit ?? "";
  }

  cell(row: readonly Cell[], column: string): Cell {
    return row[this.#position(column)] ?? null;
  }

  /** Null for what is no number. */
  number(row: readonly Cell[], column: string): number | null {
    const cell = this.cell(row, column);
    return typeof cell === "number" ? cell : null;
  }

  /** Empty for null. */
  text(row: readonly Cell[], column: string): string {
    const cell = this.cell(row, column);
    return cell === null ? "" : String(cell);
  }

  numbers(column: string): (number | null)[] {
    const position = this.#position(column);
    return this.rows.map((row) => {
      const cell = row[position];
      return typeof cell === "number" ? cell : null;
    });
  }

  texts(column: string): string[] {
    const position = this.#position(column);
    return this.rows.map((row) => (row[position] === null || row[position] === undefined ? "" : String(row[position])));
  }

  /** The key of a row, as the members of one of its cells are asked for. */
  key(row: readonly Cell[], keyColumns: readonly string[]): Record<string, Cell> {
    return Object.fromEntries(keyColumns.map((column) => [column, this.cell(row, column)]));
  }

  #position(column: string): number {
    const position = this.#positions.get(column);
    if (position === undefined) throw new Error(`${this.report} has no column ${column}.`);
    return position;
  }
}

/** A report in all populations and periods asked for: main or the first population, and the rest. */
export class Tables {
  readonly all: readonly ReportTable[];
  /** Of populations that only one card is about. */
  readonly #beside: readonly ReportTable[];

  constructor(all: readonly ReportTable[], beside: readonly ReportTable[] = []) {
    this.all = all;
    this.#beside = beside;
  }

  get first(): ReportTable {
    const first = this.all[0];
    if (!first) throw new Error("A report was answered with no table.");
    return first;
  }

  /** One a population, of the period asked about. */
  get current(): readonly ReportTable[] {
    return this.all.filter((table) => table.period === "current");
  }

  /** The table of a population, the page's or not, of the period asked about. */
  of(dimension: string): ReportTable | null {
    return [...this.all, ...this.#beside].find((table) => table.dimension === dimension && table.period === "current") ?? null;
  }

  /** What the table is compared with, if anything. */
  before(table: ReportTable): ReportTable | null {
    return this.all.find((other) => other.dimension === table.dimension && other.period !== "current") ?? null;
  }
}
