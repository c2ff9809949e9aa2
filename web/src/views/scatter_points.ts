import { segmentColor } from "$/charts/look";
import type { ScatterGroup } from "$/charts/scatter";
import type { Cell, ReportTable } from "$/reports/table";
import type { Formats } from "$/text/formats";
import { segmentName, segmentOf } from "./segments";
import type { ScatterOf } from "./view";

export interface ScatterPoint {
  row: readonly Cell[];
  x: number;
  y: number;
  /** Of three dimensions; 0 where there are two. */
  z: number;
  /** The segment's name as it is read. */
  series: string;
  segment: string;
}

/** The points of a report: rows that have all values, and values an axis of logarithms can show.
    Durations are in the unit that was chosen, so that axes are divided by it. */
export function pointsOf(table: ReportTable, view: ScatterOf & { z?: string }): ScatterPoint[] {
  const points: ScatterPoint[] = [];
  const scaled = (row: readonly Cell[], column: string) => {
    const value = table.number(row, column);
    return value === null || table.unit(column) !== "hours" || view.inHours === true ? value : value / 24;
  };
  for (const row of table.rows) {
    const x = scaled(row, view.x);
    const y = scaled(row, view.y);
    const z = view.z === undefined ? 0 : scaled(row, view.z);
    if (x === null || y === null || z === null) continue;
    if ((view.log?.x === true && x <= 0) || (view.log?.y === true && y <= 0)) continue;
    if (view.log?.z === true && z <= 0) continue;
    const segment = view.color === undefined ? "" : segmentOf(table.text(row, view.color));
    points.push({ row, x, y, z, segment, series: view.color === undefined ? "" : segmentName(segment) });
  }
  return points;
}

/** The points by segment, the largest first, so that the small ones lie on top. */
export function groupsOf(points: readonly ScatterPoint[]): ScatterGroup[] {
  const groups = new Map<string, { segment: string; points: [number, number][] }>();
  for (const { series, segment, x, y } of points) {
    const group = groups.get(series);
    if (group) group.points.push([x, y]);
    else groups.set(series, { segment, points: [[x, y]] });
  }
  return [...groups]
    .map(([name, group]) => ({ name, color: name === "" ? "--accent" : segmentColor(group.segment), points: group.points }))
    .sort((a, b) => b.points.length - a.points.length);
}

/** How values of an axis are written; durations are in the unit that was chosen already. */
export function writerOf(unit: string, inHours: boolean, formats: Formats): (value: number) => string {
  if (unit.startsWith("currency")) {
    return (value) => (Number.isInteger(value) ? formats.money(value) : formats.value(value, unit));
  }
  if (unit !== "hours") return (value) => formats.value(value, unit);
  const short = inHours ? "h" : "d";
  return (value) => `${formats.count(value >= 10 ? Math.round(value) : Math.round(value * 100) / 100)}\u202f${short}`;
}

/** The extent of some values; null of nothing. */
export function extentOf(values: readonly number[]): { from: number; to: number } | null {
  if (values.length === 0) return null;
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    from = Math.min(from, value);
    to = Math.max(to, value);
  }
  return { from, to };
}
