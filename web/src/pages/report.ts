// A page for any report of the catalogue: a new report can be looked at before a page shows it.
import type { Page } from "$/cards/card";
import type { Entry } from "$/reports/catalogue.svelte";
import type { View } from "$/views/view";

type Column = Entry["columns"][number];

/** How a report is drawn where nobody has said it: by the catalogue's kind of chart and its columns. */
export function defaultView(entry: Entry): View {
  const [key, second] = entry.key;
  const numbers = entry.columns.filter((column) => isNumber(column) && !entry.key.includes(column.name));
  const [first, next] = numbers;
  if (key === undefined || second !== undefined || !first) return { kind: "table" };
  switch (entry.chart) {
    case "line":
    case "multi-line":
    case "area":
    case "line and bar":
      return { kind: "line", x: key, series: alike(numbers, first) };
    case "bar":
    case "treemap":
    case "donut":
      return typeOf(entry, key) === "text"
        ? { kind: "rank", name: key, value: first.name, first: 20 }
        : { kind: "bars", x: key, series: [{ column: first.name }] };
    case "scatter":
      return next ? { kind: "scatter", x: first.name, y: next.name, name: key } : { kind: "table" };
    default:
      return { kind: "table" };
  }
}

/** A page of that one report, drawn and as a table. */
export function pageOfReport(entry: Entry): Page {
  const words = { title: entry.title, subtitle: entry.help };
  const reports = [{ name: entry.name }];
  const view = defaultView(entry);
  const table = { id: "table", title: "page.report", subtitle: "page.report.table", reports, span: 12 } as const;
  const drawn = { id: "report", title: "page.report", subtitle: "page.report", reports, words, span: 12 } as const;
  return {
    name: "report",
    title: "page.report",
    cards: [
      ...(view.kind === "table" ? [] : [{ ...drawn, view, height: 20 }]),
      { ...table, words: { title: entry.title, subtitle: entry.window }, view: { kind: "table" }, height: 30 },
    ],
  };
}

/** Lines on one axis have one unit; columns of the shop's actions are known only to the report. */
function alike(numbers: readonly Column[], first: Column) {
  const same = numbers.filter((column) => column.unit === first.unit);
  return same.some((column) => column.name.includes("<"))
    ? ("all" as const)
    : same.slice(0, 6).map((column) => ({ column: column.name }));
}

function isNumber(column: Column): boolean {
  return column.type === "integer" || column.type === "double";
}

function typeOf(entry: Entry, name: string): string {
  return entry.columns.find((column) => column.name === name)?.type ?? "text";
}
