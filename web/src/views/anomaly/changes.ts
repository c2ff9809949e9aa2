// Customers whose expected behaviour is compared with the present one: three by three fields, of the
// frequency (rows) and the payments (columns).
import type { ReportTable } from "$/reports/table";

export type Change = "decrease" | "no change" | "increase";
export const across: readonly Change[] = ["decrease", "no change", "increase"];
export const down: readonly Change[] = ["increase", "no change", "decrease"];

/** As in the picture: the first row comes more often, the first column pays less. */
export function fieldOf(naming: string): number {
  const found = /^Frequency; (.+), Monetary ; (.+)$/.exec(naming);
  const row = down.indexOf(found?.[1] as Change);
  const column = across.indexOf(found?.[2] as Change);
  return row < 0 || column < 0 ? 4 : 3 * row + column;
}

/** A colour a field: what comes more often is cool, what is lost is warm. */
export const fieldColors = ["--c7", "--c4", "--c5", "--c9", "--c10", "--c8", "--c3", "--c6", "--c2"] as const;

export interface ChangePoint {
  client: string;
  /** In currency: above 0 he will pay more an order. */
  amount: number;
  /** In days: above 0 the gap gets shorter. */
  frequency: number;
}

export interface Changes {
  fields: readonly (readonly ChangePoint[])[];
  /** Customers of whom fewer than two purchases are expected: they have no frequency to compare. */
  withoutFrequency: number;
}

export function changesOf(table: ReportTable): Changes {
  const fields: ChangePoint[][] = Array.from({ length: 9 }, () => []);
  let withoutFrequency = 0;
  for (const row of table.rows) {
    const amount = table.number(row, "monetary_diff");
    const frequency = table.number(row, "frequency_diff");
    if (amount === null || frequency === null) {
      withoutFrequency += 1;
      continue;
    }
    fields[fieldOf(table.text(row, "naming"))]?.push({
      client: table.text(row, "client"),
      amount,
      frequency: frequency / 24,
    });
  }
  return { fields, withoutFrequency };
}
