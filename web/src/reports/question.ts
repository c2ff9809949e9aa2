import { workspaceOf, type Schemas } from "$/api/client";
import type { Filters } from "$/state/filters";

/** A report as a card uses it. Without limit or sample it is taken whole. */
export interface ReportUse {
  name: string;
  /** At most this many rows, the first in the report's order or in that of `sort`. */
  limit?: number;
  /** An even sample of this many rows, for drawing only; the count of rows stays the true one. */
  sample?: number;
  sort?: string;
  descending?: boolean;
  /** Also of everybody and of so many of the largest populations, whichever the page is of. */
  largest?: number;
}

/** Each report once; one that is used twice has the options of both. */
export function merged(uses: readonly ReportUse[]): ReportUse[] {
  const byName = new Map<string, ReportUse>();
  for (const use of uses) byName.set(use.name, { ...byName.get(use.name), ...use });
  return [...byName.values()];
}

/** The populations that a report of the question is asked of and the page is not. */
export function besideOf(question: Schemas["ReportQuestion"], report: string): readonly string[] {
  const page = question.dimensions ?? ["main"];
  return (question.options?.[report]?.dimensions ?? []).filter((name) => !page.includes(name));
}

/** The body of POST /api/v1/reports/query: all reports of a page in one pass. Reports that have no
    window are answered as published. `values` are those of the dimension, the largest first. */
export function questionOf(
  uses: readonly ReportUse[],
  filters: Filters,
  values: readonly string[],
): Schemas["ReportQuestion"] {
  const page = filters.dimensions.length > 0 ? filters.dimensions : ["main"];
  const options: Record<string, Schemas["ReportOptions"]> = {};
  for (const use of uses) {
    const { name, largest, ...rows } = use;
    const wanted = largest === undefined ? [] : ["main", ...values.slice(0, largest)];
    const beside = wanted.filter((one) => !page.includes(one));
    const of = { ...rows, ...(beside.length > 0 ? { dimensions: [...page, ...beside] } : {}) };
    if (Object.keys(of).length > 0) options[name] = of;
  }
  const hasWindow = filters.from !== null || filters.to !== null;
  return {
    reports: uses.map((use) => use.name),
    fallback: true,
    ...(Object.keys(options).length > 0 ? { options } : {}),
    ...(filters.from !== null ? { from: filters.from } : {}),
    ...(filters.to !== null ? { to: filters.to } : {}),
    ...(hasWindow && filters.from !== null && filters.compare !== null ? { compare: filters.compare } : {}),
    ...(filters.dimensions.length > 0 ? { dimensions: [...filters.dimensions] } : {}),
    ...(filters.segment !== null ? { segment: filters.segment } : {}),
    ...(filters.snapshot !== null ? { snapshot: filters.snapshot, nearest: true } : {}),
    ...workspaceOf(filters.isDemo),
  };
}
