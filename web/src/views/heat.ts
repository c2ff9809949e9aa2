// The colours of heat tables: a step of the sequential scale and the ink that reads on it.

const steps = 8;
/** From this step on the ink is that of the other end, so that it has 4.5:1 on every step. */
const inkTurns = { light: 5, dark: 4 };

export interface Heat {
  /** Tokens. */
  fill: string;
  ink: string;
}

/** The higher the share of `end`, the deeper; small values are told apart by a power below one. */
export function heatOf(value: number, end: number, isDark: boolean): Heat {
  const part = end > 0 ? Math.min(1, Math.max(0, value / end)) ** 0.62 : 0;
  const step = Math.min(steps - 1, Math.floor(part * steps));
  return { fill: `--s${step}`, ink: step >= (isDark ? inkTurns.dark : inkTurns.light) ? "--on-accent" : "--text" };
}

/** Where a scale ends: the 98th percentile of what is shown, so that one cell does not pale all others. */
export function scaleEnd(values: readonly (number | null)[]): number {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  return sorted[Math.floor(0.98 * (sorted.length - 1))] ?? 0;
}
