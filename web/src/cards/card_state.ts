// Which of its states a card is in: every card is in exactly one.
import type { Problem } from "$/api/problem";
import type { Entry } from "$/reports/catalogue.svelte";
import type { ReportState } from "$/reports/page_reports.svelte";
import type { Tables } from "$/reports/table";

export const sourceKinds = ["sessions", "customers", "products", "deliveries"] as const;
export type SourceKind = (typeof sourceKinds)[number];

export type CardState =
  /** `tables` are of the question before: drawn at half strength. */
  | { kind: "loading"; tables: Tables | null }
  | { kind: "ready"; tables: Tables }
  /** Nothing was computed yet at all. */
  | { kind: "first-visit" }
  /** A source is not connected, or does not map what the report needs. */
  | { kind: "empty-setup"; source: SourceKind; isConnected: boolean; reason: string }
  /** It was computed and has no rows; the note says why, where that is known. */
  | { kind: "empty-data"; note: string }
  | { kind: "error"; problem: Problem };

export function cardStateOf(state: ReportState, entry: Entry | null, hasSnapshot: boolean): CardState {
  if (!hasSnapshot) return { kind: "first-visit" };
  if (state.kind === "loading") return state;
  if (state.kind === "failed") {
    if (state.problem.code === "E-NOT-CONFIGURED") return setupOf(entry?.reason ?? state.problem.message);
    // Nobody is in the segment: that is an answer.
    if (state.problem.code === "E-SEGMENT") return { kind: "empty-data", note: state.problem.message };
    return { kind: "error", problem: state.problem };
  }
  const { tables } = state;
  const hasRows = tables.current.some((table) => table.rows.length > 0);
  return hasRows ? { kind: "ready", tables } : { kind: "empty-data", note: tables.first.note };
}

/** The server's reason is "no products source" or "category is not mapped". */
function setupOf(reason: string): CardState {
  const named = /no (\w+) source/.exec(reason)?.[1];
  const missing = sourceKinds.find((kind) => kind === named);
  if (missing) return { kind: "empty-setup", source: missing, isConnected: false, reason };
  const column = /(\w+) (?:is|are) not mapped/.exec(reason)?.[1] ?? "";
  return { kind: "empty-setup", source: sourceOfColumn[column] ?? "sessions", isConnected: true, reason };
}

const sourceOfColumn: Record<string, SourceKind> = {
  category: "products",
  promotion_id: "sessions",
  discount_amount: "sessions",
  prepare_date: "deliveries",
  return_date: "deliveries",
  longitude: "deliveries",
};
