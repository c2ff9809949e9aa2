import { expect, it } from "vitest";
import { qualityOf, type Finding } from "./quality";

function finding(source: string, rule: string, severity: Finding["severity"], count: number): Finding {
  return { source, rule, severity, count, sample: [] };
}

it("tells of the rows of one source, the worst finding first", () => {
  const result = {
    sources: [],
    load: [
      { kind: "customers", rows_read: 10, rows_accepted: 10, malformed: 0, warnings: [] },
      { kind: "sessions", rows_read: 998, rows_accepted: 988, malformed: 2, warnings: ["One column is empty."] },
    ],
    findings: [
      finding("sessions", "wall_clock_skipped", "info", 40),
      finding("sessions", "payment_negative", "warn", 5),
      finding("customers", "client_missing", "error", 3),
      finding("sessions", "client_missing", "error", 4),
      finding("sessions", "session_start_date_missing", "error", 6),
    ],
  };
  const quality = qualityOf("sessions", result);
  expect(quality).toMatchObject({ rows: 1000, rejected: 10, warned: 5, usable: 99 });
  expect(quality.warnings).toEqual(["One column is empty."]);
  expect(quality.findings.map(({ rule }) => rule)).toEqual([
    "session_start_date_missing",
    "client_missing",
    "payment_negative",
    "wall_clock_skipped",
  ]);
});

it("has no share of usable rows where none was read", () => {
  expect(qualityOf("products", { sources: [], load: [], findings: [] }).usable).toBeNull();
});
