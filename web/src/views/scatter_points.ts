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

/** The points of a report: rows that have all values, and values an axis of logarithms can show. */
export function pointsOf(table: ReportTable, view: ScatterOf & { z?: string }): ScatterPoint[] {
  const points: ScatterPoint[] = [];
  for (const row of table.rows) {
    const x = table.number(row, view.x);
    const y = table.number(row, view.y);
    const z = view.z === undefined ? 0 : table.number(row, view.z);
    if (x === null || y === null || z === null) continue;
    if ((view.log?.x === true && x <= 0) || (view.log?.y === true && y <= 0)) continue;
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

/** How values of an axis are written: durations in the unit that was chosen. */
export function writerOf(unit: string, inHours: boolean, formats: Formats): (value: number) => string {
  if (unit !== "hours") return (value) => formats.value(value, unit);
  const [scale, short] = inHours ? [1, "h"] : [24, "d"];
  return (value) => {
    const scaled = value / scale;
    return `${formats.count(scaled >= 10 ? Math.round(scaled) : Math.round(scaled * 100) / 100)}\u202f${short}`;
  };
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
