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
}

/** The body of POST /api/v1/reports/query: all reports of a page in one pass. Reports that have no
    window are answered as published. */
export function questionOf(uses: readonly ReportUse[], filters: Filters): Schemas["ReportQuestion"] {
  const options: Record<string, Omit<ReportUse, "name">> = {};
  for (const { name, ...of } of uses) if (Object.keys(of).length > 0) options[name] = of;
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
