// What charts say in a sentence, with numbers, for who does not see them.
import { t } from "$/text/text";

export interface SentenceSeries {
  name: string;
  values: readonly (number | null)[];
}

/** First, last and highest value of a series and its change: "Orders: 12 on 1 Jan, 410 on 31 Dec ..." */
export function seriesSentence(
  series: SentenceSeries,
  x: readonly string[],
  write: { value: (value: number) => string; change: (percent: number) => string },
): string {
  const known = series.values.flatMap((value, at) => (value === null ? [] : [{ value, x: x[at] ?? "" }]));
  const first = known[0];
  const last = known.at(-1);
  if (!first || !last) return t("chart.sentence.none", { name: series.name });
  const highest = known.reduce((most, one) => (one.value > most.value ? one : most), first);
  const said = {
    name: series.name,
    first: write.value(first.value),
    firstAt: first.x,
    last: write.value(last.value),
    lastAt: last.x,
    highest: write.value(highest.value),
    highestAt: highest.x,
  };
  if (known.length === 1) return t("chart.sentence.one", said);
  if (first.value === 0) return t("chart.sentence.line", said);
  const change = write.change((100 * (last.value - first.value)) / Math.abs(first.value));
  return t("chart.sentence.change", { ...said, change });
}

/** The largest parts of a whole: "Segments: loyal customers 42.0 %, new customers 16.7 %, ..." */
export function partsSentence(title: string, parts: readonly { name: string; value: string }[]): string {
  const said = parts.slice(0, 5).map(({ name, value }) => `${name} ${value}`);
  const more = parts.length - said.length;
  return t("chart.sentence.parts", { name: title, parts: said.join(", "), more });
}

/** A cloud of points: how many, and where they lie. */
export function pointsSentence(
  title: string,
  count: number,
  axes: readonly { name: string; from: string; to: string }[],
): string {
  const said = axes.map((axis) => t("chart.sentence.axis", axis)).join("; ");
  return t("chart.sentence.points", { name: title, count, axes: said });
}
