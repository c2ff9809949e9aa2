// What a validation found of one source: rows that can be used, and each rule that rows met.
import type { Schemas } from "$/api/client";
import type { Kind } from "./kinds";

type Result = NonNullable<Schemas["Validation"]["result"]>;
export type Finding = Result["findings"][number];

export interface Quality {
  /** Rows of the files, also those that cannot be split into columns. */
  rows: number;
  rejected: number;
  /** Rows in which a cell was changed or looks odd; the same row may be in several. */
  warned: number;
  /** 0 to 100; null of no rows. */
  usable: number | null;
  /** The worst first, then the most frequent. */
  findings: readonly Finding[];
  warnings: readonly string[];
}

const ranks = { error: 0, warn: 1, info: 2 } as const;

export function qualityOf(kind: Kind, result: Result): Quality {
  const load = result.load.find((one) => one.kind === kind);
  const findings = result.findings
    .filter(({ source }) => source === kind)
    .sort((a, b) => ranks[a.severity] - ranks[b.severity] || b.count - a.count);
  const rows = (load?.rows_read ?? 0) + (load?.malformed ?? 0);
  const countOf = (severity: Finding["severity"]) =>
    findings.filter((one) => one.severity === severity).reduce((sum, { count }) => sum + count, 0);
  const rejected = countOf("error");
  return {
    rows,
    rejected,
    warned: countOf("warn"),
    usable: rows === 0 ? null : 100 * Math.max(0, 1 - rejected / rows),
    findings,
    warnings: load?.warnings ?? [],
  };
}
