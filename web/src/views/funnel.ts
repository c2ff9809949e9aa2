// What a funnel says: its steps in order, what share goes on, where most are lost.
import type { ReportTable } from "$/reports/table";
import { isMessage, t } from "$/text/text";

export type FunnelOf = "sessions" | "customers";

export interface StepCount {
  action: string;
  count: number;
}

export interface Step extends StepCount {
  /** Shares are 0 to 1; null where there is nothing to take a share of. */
  ofFirst: number | null;
  /** Null for the first step. */
  ofPrevious: number | null;
  /** Fewer than at the step before; 0 where there are not fewer. */
  lost: number;
  isBiggestDrop: boolean;
}

/** The steps in order with their shares. The biggest drop is that of the lowest share of the step before. */
export function stepsOf(counts: readonly StepCount[]): Step[] {
  const first = counts[0]?.count ?? 0;
  const steps = counts.map((step, i) => {
    const previous = i === 0 ? null : (counts[i - 1]?.count ?? 0);
    return {
      ...step,
      ofFirst: first > 0 ? step.count / first : null,
      ofPrevious: previous !== null && previous > 0 ? step.count / previous : null,
      lost: previous === null ? 0 : Math.max(0, previous - step.count),
      isBiggestDrop: false,
    };
  });
  let worst: Step | null = null;
  for (const step of steps) {
    if (step.lost > 0 && (step.ofPrevious ?? 1) < (worst?.ofPrevious ?? 1)) worst = step;
  }
  if (worst) worst.isBiggestDrop = true;
  return steps;
}

const beginnings: Record<FunnelOf, readonly string[]> = {
  sessions: ["has_sessions"],
  customers: ["download", "signup"],
};
const ends: Record<FunnelOf, readonly string[]> = {
  sessions: ["purchased"],
  customers: ["has_sessions", "purchased"],
};

/** The actions that a report has columns of, in the order of the funnel; those of the configuration
    stand between where it begins and where it ends, as they were configured. */
export function actionsOf(columns: readonly string[], period: string, of: FunnelOf): string[] {
  const all = columns
    .filter((name) => name.startsWith(`${period}_`) && !name.startsWith(`${period}_conv_`))
    .map((name) => name.slice(period.length + 1));
  const fixed = [...beginnings[of], ...ends[of]];
  return [
    ...beginnings[of].filter((action) => all.includes(action)),
    ...all.filter((action) => !fixed.includes(action)),
    ...ends[of].filter((action) => all.includes(action)),
  ];
}

/** How often each step was taken in all rows of a report of one period. */
export function countsOf(table: ReportTable, period: string, of: FunnelOf): StepCount[] {
  const names = table.columns.map((column) => column.name);
  return actionsOf(names, period, of).map((action) => ({
    action,
    count: table.numbers(`${period}_${action}`).reduce<number>((sum, value) => sum + (value ?? 0), 0),
  }));
}

/** The step's values as a share of the first step's in the same row, 0 to 100. */
export function percentOfFirst(
  values: readonly (number | null)[],
  first: readonly (number | null)[],
): (number | null)[] {
  return values.map((value, i) => {
    const whole = first[i];
    return value === null || whole === null || whole === undefined || whole === 0 ? null : (100 * value) / whole;
  });
}

/** An action in words: "first_basket_date" is "First basket". */
export function actionName(action: string, of: FunnelOf): string {
  const id = `action.${of}.${action}`;
  if (isMessage(id)) return t(id);
  const words = action.replace(/^has_/, "").replace(/_date$/, "").replaceAll("_", " ").trim();
  return words === "" ? action : words.charAt(0).toUpperCase() + words.slice(1);
}

const between = [8, 4, 2, 7, 9, 11, 5, 6, 3, 12];

/** The place of a step's colour in Look.colors and, plus one, in the tokens --c1 to --c12. */
export function stepColor(position: number, steps: number): number {
  if (position === steps - 1) return 0;
  if (position === 0) return 9;
  return (between[(position - 1) % between.length] ?? 1) - 1;
}
