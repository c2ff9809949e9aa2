// Where a step of a funnel is lost: each population's part in it, and how its rate is to that of all.
import type { StepCount } from "./funnel";

export interface Loss {
  population: string;
  lost: number;
  /** Of those at the step before, 0 to 1; null where nobody was there. */
  rate: number | null;
  /** The rate over that of all; above 1 more is lost here. */
  ratio: number | null;
  /** Of the loss of all, 0 to 1. */
  share: number;
}

interface Population {
  population: string;
  counts: readonly StepCount[];
}

/** How many of the step before did not come to a step, and of how many; null for the first step and for none. */
function lossAt(counts: readonly StepCount[], action: string): { lost: number; before: number } | null {
  const at = counts.findIndex((step) => step.action === action);
  const step = counts[at];
  const before = counts[at - 1];
  return step && before ? { lost: Math.max(0, before.count - step.count), before: before.count } : null;
}

/** The counts of several populations, added up. */
export function together(populations: readonly Population[]): StepCount[] {
  const [first, ...others] = populations;
  return (first?.counts ?? []).map(({ action, count }) => ({
    action,
    count: others.reduce((sum, { counts }) => sum + (counts.find((step) => step.action === action)?.count ?? 0), count),
  }));
}

/** The populations by what they lose before `action`, the greatest loss first. */
export function lossesOf(all: readonly StepCount[], populations: readonly Population[], action: string): Loss[] {
  const whole = lossAt(all, action);
  if (!whole || whole.lost === 0 || whole.before === 0) return [];
  const rateOfAll = whole.lost / whole.before;
  return populations
    .flatMap(({ population, counts }) => {
      const loss = lossAt(counts, action);
      if (!loss) return [];
      const rate = loss.before > 0 ? loss.lost / loss.before : null;
      return [{
        population,
        lost: loss.lost,
        rate,
        ratio: rate === null ? null : rate / rateOfAll,
        share: loss.lost / whole.lost,
      }];
    })
    .sort((a, b) => b.lost - a.lost);
}
