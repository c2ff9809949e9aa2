import type { CellReference, ViewProps } from "$/cards/card";
import type { AxisHover, Mark } from "$/charts/hover";
import type { Formats } from "$/text/formats";
import { t } from "$/text/text";
import { cellOf } from "./cells";
import { axisLabels, axisOf, mostOf, partialOf, positionName, seriesOf, tickOf, type ReportSeries } from "./series";
import { hoverOf, summaryOf, tipOf } from "./tips";
import type { ViewOf } from "./view";

/** All that lines and bars of a report have in common. */
export interface SeriesChart {
  series: readonly ReportSeries[];
  labels: readonly string[];
  partial: readonly boolean[];
  hover: AxisHover;
  legend: readonly { name: string; color: string }[];
  summary: string;
  tick: (value: number) => string;
  /** The cell of a mark; null where its customers cannot be listed. */
  cell: (mark: Mark) => CellReference | null;
}

type SeriesProps = Pick<ViewProps<ViewOf<"line"> | ViewOf<"bars">>, "card" | "view" | "tables" | "other">;

export function seriesChart({ card, view, tables, other }: SeriesProps, formats: Formats): SeriesChart {
  const { x } = view;
  const first = view.kind === "bars" ? view.first : undefined;
  const positions = axisOf(tables.first, x).slice(0, first);
  const partial = view.isUpToNow === true ? [] : partialOf(tables.first, positions, x);
  const series = seriesOf(tables, view, other).map((one) => ({ ...one, values: one.values.slice(0, first) }));
  const of = { x, positions, partial, isGood: view.isGood };
  const names = positions.map((value) => positionName(x, value, formats));
  return {
    series,
    labels: axisLabels(x, positions, formats),
    partial,
    hover: hoverOf(series, positions.length, view.kind === "bars" ? "band" : "line", (at) => tipOf(at, series, of, formats)),
    legend: series.map(({ name, color }) => ({ name, color })),
    summary: summaryOf(t(card.title), series, names, formats),
    tick: tickOf(series[0]?.unit ?? "", formats, mostOf(series)),
    cell: ({ index, series: at }) => {
      const one = series[at];
      const row = one?.rows[index];
      if (!one || !row || one.column === "") return null;
      return cellOf(one.table, row, one.column, `${one.about}, ${positionName(x, one.table.text(row, x), formats)}`);
    },
  };
}
