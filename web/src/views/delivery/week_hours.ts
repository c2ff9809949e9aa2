import type { ReportTable } from "$/reports/table";
import { leastOrders } from "./cells";

export interface WeekHour {
  /** 1 is Monday. */
  day: number;
  hour: number;
  minutes: number | null;
  orders: number;
  /** Deviations above the week; null where orders are too few. */
  z: number | null;
  isAbnormal: boolean;
}

export interface WeekDay {
  day: number;
  /** Over all orders of the hours that are shown; null without any. */
  mean: number | null;
  hours: readonly WeekHour[];
}

/** Seven days of twenty-four hours of a *_weekday_hour_cells report; hours it does not name have no orders. */
export function weekOf(table: ReportTable, metric: string): WeekDay[] {
  const known = new Map<number, WeekHour>();
  for (const row of table.rows) {
    const day = table.number(row, "isoweekday");
    const hour = table.number(row, "hour");
    if (day === null || hour === null) continue;
    known.set(24 * day + hour, {
      day,
      hour,
      minutes: table.number(row, metric),
      orders: table.number(row, "order_count") ?? 0,
      z: table.number(row, "z"),
      isAbnormal: table.number(row, "weekday_hour_anomaly") === 1,
    });
  }
  return Array.from({ length: 7 }, (_, i) => {
    const hours = Array.from(
      { length: 24 },
      (_, hour): WeekHour =>
        known.get(24 * (i + 1) + hour) ?? { day: i + 1, hour, minutes: null, orders: 0, z: null, isAbnormal: false },
    );
    const shown = hours.filter((hour) => hour.minutes !== null && hour.orders >= leastOrders);
    const orders = shown.reduce((sum, hour) => sum + hour.orders, 0);
    const minutes = shown.reduce((sum, hour) => sum + (hour.minutes ?? 0) * hour.orders, 0);
    return { day: i + 1, hours, mean: orders === 0 ? null : minutes / orders };
  });
}
