// The days of a month as weeks, and where keys lead in it.
import { addDays, monthOf, weekOf } from "$/state/range";

/** Weeks from Monday; null before the first and after the last day. */
export function weeksOf(month: string): (string | null)[][] {
  const weeks: (string | null)[][] = [];
  const next = monthOf(month, 1);
  for (let monday = weekOf(month); monday < next; monday = addDays(monday, 7)) {
    weeks.push(Array.from({ length: 7 }, (_, i) => addDays(monday, i)).map((day) => (day < month || day >= next ? null : day)));
  }
  return weeks;
}

/** The day that a key leads to from another; null for other keys. */
export function dayAfterKey(day: string, key: string): string | null {
  switch (key) {
    case "ArrowLeft":
      return addDays(day, -1);
    case "ArrowRight":
      return addDays(day, 1);
    case "ArrowUp":
      return addDays(day, -7);
    case "ArrowDown":
      return addDays(day, 7);
    case "Home":
      return weekOf(day);
    case "End":
      return addDays(weekOf(day), 6);
    case "PageUp":
      return inMonth(day, -1);
    case "PageDown":
      return inMonth(day, 1);
    default:
      return null;
  }
}

function inMonth(day: string, months: number): string {
  const first = monthOf(day, months);
  const last = addDays(monthOf(first, 1), -1);
  const same = first.slice(0, 8) + day.slice(8);
  return same < last ? same : last;
}
