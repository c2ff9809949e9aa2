import type { AxisHover, Tip, TipRow } from "$/charts/hover";
import { seriesSentence } from "$/charts/sentence";
import type { Formats } from "$/text/formats";
import { t } from "$/text/text";
import { positionName, type ReportSeries } from "./series";

/** What is told at a position of series over x: all of them, and the change against the compared period. */
export function tipOf(
  at: number,
  series: readonly ReportSeries[],
  of: { x: string; positions: readonly string[]; partial: readonly boolean[]; isGood?: "up" | "down" | undefined },
  formats: Formats,
): Tip {
  const rows: TipRow[] = series.map((one) => {
    const value = one.values[at] ?? null;
    return {
      name: one.title,
      value: value === null ? "\u2013" : formats.value(value, one.unit, "table"),
      color: one.color,
      series: one.name,
    };
  });
  const ghost = series.find(({ isGhost }) => isGhost === true);
  const change = changeOf(series[0]?.values[at] ?? null, ghost?.values[at] ?? null);
  if (change !== null) {
    const isUp = change > 0;
    const tone = of.isGood === undefined || Math.abs(change) < 0.05 ? {} : { tone: toneOf(isUp, of.isGood) };
    rows.push({ name: t("chart.change"), value: formats.change(change), ...tone });
  }
  return {
    title: positionName(of.x, of.positions[at] ?? "", formats),
    rows,
    ...(of.partial[at] === true ? { note: t("chart.partial") } : {}),
  };
}

function toneOf(isUp: boolean, isGood: "up" | "down"): "good" | "bad" {
  return isUp === (isGood === "up") ? "good" : "bad";
}

/** In percent; null where there is nothing to compare with. */
export function changeOf(now: number | null, before: number | null): number | null {
  return now === null || before === null || before === 0 ? null : (100 * (now - before)) / Math.abs(before);
}

export function hoverOf(
  series: readonly ReportSeries[],
  count: number,
  pointer: "line" | "band",
  tip: (at: number) => Tip,
): AxisHover {
  return { kind: "axis", count, pointer, series, tip };
}

/** The sentence of a chart of series: the first three of them. */
export function summaryOf(
  title: string,
  series: readonly ReportSeries[],
  names: readonly string[],
  formats: Formats,
): string {
  const sentences = series.slice(0, 3).map((one) =>
    seriesSentence({ name: one.title, values: one.values }, names, {
      value: (value) => formats.value(value, one.unit),
      change: (percent) => formats.change(percent),
    }),
  );
  return (series[0]?.title === title ? sentences : [`${title}.`, ...sentences]).join(" ");
}
