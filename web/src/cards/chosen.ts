import type { Card, CellReference, Choice, Chosen } from "./card";
import type { View } from "$/views/view";

/** What the address says of a card's choices; the initial option where it says nothing. */
export function chosenOf(card: Card, query: URLSearchParams): Chosen {
  return Object.fromEntries(
    (card.choices ?? []).map((choice) => {
      const wanted = query.get(choice.parameter);
      const known = choice.options.find(({ value }) => value === wanted);
      return [choice.parameter, known?.value ?? initialOf(choice)];
    }),
  );
}

export function initialOf({ initial, options }: Choice): string {
  return initial ?? options[0]?.value ?? "";
}

export function shownReport(card: Card, chosen: Chosen): string {
  return card.shown?.(chosen) ?? card.reports[0]?.name ?? "";
}

export function viewOf(card: Card, chosen: Chosen): View {
  return typeof card.view === "function" ? card.view(chosen) : card.view;
}

/** The cell whose customers the address asks for; null for none, and for what is none. */
export function cellOf(query: URLSearchParams): CellReference | null {
  return cellFrom(query.get("members"));
}

/** From its JSON. */
export function cellFrom(text: string | null): CellReference | null {
  if (text === null) return null;
  try {
    const cell = JSON.parse(text) as Partial<CellReference> | null;
    const isCell =
      typeof cell?.report === "string" &&
      typeof cell.column === "string" &&
      typeof cell.key === "object" &&
      cell.key !== null;
    if (!isCell) return null;
    const textOf = (value: unknown) => (typeof value === "string" ? value : null);
    return {
      report: cell.report ?? "",
      column: cell.column ?? "",
      key: cell.key ?? {},
      dimension: textOf(cell.dimension) ?? "main",
      from: textOf(cell.from),
      to: textOf(cell.to),
      segment: textOf(cell.segment),
      about: textOf(cell.about) ?? "",
    };
  } catch {
    return null;
  }
}
