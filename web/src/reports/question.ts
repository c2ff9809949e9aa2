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

/** The populations a report is asked of: those of the page, then those it has beside them, which are
    everybody and `count` of all values, the largest first. */
export function populationsOf(count: number | undefined, chosen: readonly string[], values: readonly string[]) {
  const page = chosen.length > 0 ? chosen : ["main"];
  const wanted = count === undefined ? [] : ["main", ...values.slice(0, count)];
  return { page, beside: wanted.filter((name) => !page.includes(name)) };
}

/** The body of POST /api/v1/reports/query: all reports of a page in one pass. Reports that have no
    window are answered as published. `values` are those of the dimension, the largest first. */
export function questionOf(
  uses: readonly ReportUse[],
  filters: Filters,
  values: readonly string[],
): Schemas["ReportQuestion"] {
  const options: Record<string, Schemas["ReportOptions"]> = {};
  for (const use of uses) {
    const { name, largest, ...rows } = use;
    const { page, beside } = populationsOf(largest, filters.dimensions, values);
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
