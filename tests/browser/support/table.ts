// Reports as tables, as they are seen: read from the page, and compared with what the interface answers.
import { expect, type Locator, type Page } from "@playwright/test";

export interface Column {
  name: string;
  type: string;
  unit: string;
}

export interface Report {
  report: string;
  dimension: string;
  period?: string;
  columns: Column[];
  rows: (string | number | boolean | null)[][];
  total_rows: number;
}

/** Asks the interface as whoever is signed in on the page. */
export async function reportOf(page: Page, name: string, question: Record<string, string> = {}): Promise<Report> {
  const answer = await page.request.get(`/api/v1/reports/${name}?${new URLSearchParams(question).toString()}`);
  expect(answer.ok(), `${name}: ${answer.status()}`).toBe(true);
  return (await answer.json()) as Report;
}

/** The part of a table that is drawn: names of columns, and texts with the position of their row. */
export interface Drawn {
  names: string[];
  rows: { index: number; texts: string[] }[];
}

export async function readTable(table: Locator): Promise<Drawn> {
  return table.evaluate((element) => ({
    names: [...element.querySelectorAll("thead th button")].map((button) => button.getAttribute("title") ?? ""),
    rows: [...element.querySelectorAll("tbody tr[aria-rowindex]")].map((row) => ({
      index: Number(row.getAttribute("aria-rowindex")) - 2,
      texts: [...row.children].map((cell) => (cell.textContent ?? "").trim()),
    })),
  }));
}

const halfUnit = (decimals: number) => 0.5000001 * 10 ** -decimals;

/** Whether a text is how a value is written in a table: numbers may differ by the rounding of the display. */
export function isWritten(text: string, value: string | number | boolean | null, column: Column): boolean {
  if (value === null) return text === "–";
  if (typeof value === "boolean") return text === (value ? "yes" : "no");
  if (typeof value === "number") {
    const isRatio = column.unit === "ratio";
    const read = Number(text.replace(/[£,\u202f\s%]/g, "").replace("\u2212", "-"));
    const decimals = isRatio || column.unit === "percent" ? 1 : column.unit === "degrees" ? 5 : 2;
    return text !== "" && Math.abs(read - (isRatio ? 100 * value : value)) <= halfUnit(decimals);
  }
  // CSV has one way to write an empty text and none at all.
  if (value === "") return text === "" || text === "–";
  if (column.type !== "date" && column.type !== "timestamp") return text === value.trim().replace(/\s+/g, " ") || text === value;
  const date = new Date(`${value.slice(0, 19)}${value.length > 10 ? "Z" : "T00:00:00Z"}`);
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  return text === (column.type === "date" ? day : `${day}, ${date.toISOString().slice(11, 16)}`);
}

/** What of a drawn table is not what the report says; nothing when all is well. */
export function differences(drawn: Drawn, report: Report): string[] {
  const found: string[] = [];
  const at = new Map(report.columns.map((column, position) => [column.name, position]));
  for (const { index, texts } of drawn.rows) {
    drawn.names.forEach((name, position) => {
      const where = at.get(name);
      const column = where === undefined ? undefined : report.columns[where];
      if (where === undefined || !column) return void found.push(`column ${name}`);
      const value = report.rows[index]?.[where] ?? null;
      const text = texts[position] ?? "";
      if (!isWritten(text, value, column)) found.push(`row ${index}, ${name}: "${text}" for ${JSON.stringify(value)}`);
    });
  }
  return found;
}
