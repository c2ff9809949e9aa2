// Before and after: what the tests found of each promotion, product or segment, and in a sentence.
import type { ReportTable } from "$/reports/table";

export type Verdict = "more" | "less" | "unclear" | "insufficient";

/** An effect is what customers changed beyond others like them (diff_did): the verdict is about it. */
export interface Effect {
  name: string;
  before: number | null;
  after: number | null;
  /** What would have been after, had they changed as the others did. */
  expected: number | null;
  /** The change beyond the others and its 95 % interval, in the report's unit. */
  effect: number | null;
  low: number | null;
  high: number | null;
  /** The same as parts of what was expected (0.1 is a tenth more); null without it. */
  relative: number | null;
  relativeLow: number | null;
  relativeHigh: number | null;
  customers: number;
  pValue: number | null;
  qValue: number | null;
  detectable: number | null;
  /** Of 1: the tests on random subsets of the customers that see no change. */
  sameInSubsets: number | null;
  /** The test of before against after, as the server names it. */
  test: string;
  verdict: Verdict;
  /** The server's finding in words. */
  sentence: string;
}

export function effectsOf(tables: readonly ReportTable[], name: string): Effect[] {
  return tables.flatMap((table) =>
    table.rows.map((row) => {
      const number = (column: string) => (table.has(column) ? table.number(row, column) : null);
      const effect = number("diff_did");
      const after = number("mean_validation");
      const expected = number("expected") ?? (after !== null && effect !== null ? after - effect : null);
      const part = (value: number | null) => {
        if (value === 0) return 0;
        return value === null || expected === null || expected <= 0 ? null : value / expected;
      };
      const isInsufficient = table.cell(row, "insufficient") === true;
      return {
        name: table.text(row, name),
        before: number("mean_control"),
        after,
        expected,
        effect,
        low: number("ci_low"),
        high: number("ci_high"),
        relative: part(effect),
        relativeLow: part(number("ci_low")),
        relativeHigh: part(number("ci_high")),
        customers: number("n_validation") ?? 0,
        pValue: number("p_value"),
        qValue: number("q_value"),
        detectable: number("minimum_detectable_effect"),
        sameInSubsets: number("accept_Ratio"),
        test: table.has("test") ? table.text(row, "test") : "",
        verdict: verdictOf(table.cell(row, "significant") === true, isInsufficient, effect),
        sentence: table.text(row, "sentence"),
      };
    }),
  );
}

export function verdictOf(isSignificant: boolean, isInsufficient: boolean, effect: number | null): Verdict {
  if (isInsufficient || effect === null) return "insufficient";
  if (!isSignificant) return "unclear";
  return effect > 0 ? "more" : "less";
}

const rank: Record<Verdict, number> = { more: 0, less: 1, unclear: 2, insufficient: 3 };

/** What is found first, then what is not clear, then what cannot be said; the greatest effect first,
    among decreases the steepest. */
export function byVerdict(effects: readonly Effect[]): Effect[] {
  const size = (effect: Effect) => effect.relative ?? effect.effect ?? 0;
  return [...effects].sort((a, b) => {
    if (a.verdict !== b.verdict) return rank[a.verdict] - rank[b.verdict];
    if (a.verdict === "insufficient") return b.customers - a.customers;
    return a.verdict === "less" ? size(a) - size(b) : size(b) - size(a);
  });
}

export interface Tally {
  all: number;
  more: number;
  less: number;
  unclear: number;
  insufficient: number;
  /** From the least to the greatest estimate of those that increase, in percent of what was expected. */
  least: number | null;
  most: number | null;
}

export function tallyOf(effects: readonly Effect[]): Tally {
  const of = (verdict: Verdict) => effects.filter((effect) => effect.verdict === verdict);
  const gains = of("more").map((effect) => effect.relative).filter((value) => value !== null);
  return {
    all: effects.length,
    more: of("more").length,
    less: of("less").length,
    unclear: of("unclear").length,
    insufficient: of("insufficient").length,
    least: gains.length > 0 ? 100 * Math.min(...gains) : null,
    most: gains.length > 0 ? 100 * Math.max(...gains) : null,
  };
}

/** Ends of an axis around zero that holds what is shown: the intervals that say something, at least `least`.
    Very wide intervals do not stretch it; they are cut at its ends. */
export function axisOf(effects: readonly Effect[], least = 0.05): number {
  const ends = effects
    .filter((effect) => effect.verdict !== "insufficient")
    .flatMap((effect) => [effect.relativeLow, effect.relativeHigh, effect.relative])
    .filter((value) => value !== null)
    .map(Math.abs)
    .sort((a, b) => a - b);
  const estimates = effects.map((effect) => Math.abs(effect.relative ?? 0));
  const most = Math.max(least, ends[Math.floor(0.9 * (ends.length - 1))] ?? 0, ...estimates.slice(0, 200));
  return niceAbove(most);
}

/** The next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten. */
export function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((one) => one * power >= value * 0.9999) ?? 10;
  return step * power;
}

/** Where after would be had nothing but what happened to the others happened, and its 95 % interval. */
export function withoutIt(effect: Effect): { low: number; high: number } | null {
  const { effect: change, low, high, expected } = effect;
  if (change === null || low === null || high === null || expected === null) return null;
  return { low: expected + change - high, high: expected + change - low };
}
