// Ranges of days: the presets, and what people type ("last 6 weeks", "March 2026", "1 Mar - 15 Apr").
// Days are texts YYYY-MM-DD, both ends inclusive. Presets are relative to the newest day of the data,
// not to the clock: a shop whose data end in June has its "last 28 days" in June.

export interface Dates {
  /** Null is the beginning of the data. */
  from: string | null;
  to: string | null;
}

export const presets = [
  "today", "7d", "28d", "90d", "this-week", "last-week", "this-month", "last-month",
  "this-quarter", "last-quarter", "this-year", "last-year", "all",
] as const;
export type Preset = (typeof presets)[number];

export function isPreset(word: string): word is Preset {
  return (presets as readonly string[]).includes(word);
}

const millisecondsOfDay = 86_400_000;

function dateOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export function addDays(day: string, days: number): string {
  return dayOf(new Date(dateOf(day).getTime() + days * millisecondsOfDay));
}

/** Days from the first to the second, both counted: 1 for one day. */
export function daysOf(from: string, to: string): number {
  return Math.round((dateOf(to).getTime() - dateOf(from).getTime()) / millisecondsOfDay) + 1;
}

/** The Monday of a day's week: weeks begin on Monday everywhere. */
export function weekOf(day: string): string {
  return addDays(day, -((dateOf(day).getUTCDay() + 6) % 7));
}

/** The first day of the month that is `months` after that of a day. */
export function monthOf(day: string, months = 0): string {
  const date = dateOf(day);
  return dayOf(new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)));
}

export function quarterOf(day: string, quarters = 0): string {
  const month = dateOf(day).getUTCMonth();
  return monthOf(day, -(month % 3) + 3 * quarters);
}

function yearOf(day: string, years = 0): string {
  return `${dateOf(day).getUTCFullYear() + years}-01-01`;
}

/** A preset's days as they are when the newest day of the data is `newest`. */
export function datesOf(preset: Preset, newest: string): Dates {
  const before = (day: string) => addDays(day, -1);
  switch (preset) {
    case "today":
      return { from: newest, to: newest };
    case "7d":
      return { from: addDays(newest, -6), to: newest };
    case "28d":
      return { from: addDays(newest, -27), to: newest };
    case "90d":
      return { from: addDays(newest, -89), to: newest };
    case "this-week":
      return { from: weekOf(newest), to: newest };
    case "last-week":
      return { from: addDays(weekOf(newest), -7), to: before(weekOf(newest)) };
    case "this-month":
      return { from: monthOf(newest), to: newest };
    case "last-month":
      return { from: monthOf(newest, -1), to: before(monthOf(newest)) };
    case "this-quarter":
      return { from: quarterOf(newest), to: newest };
    case "last-quarter":
      return { from: quarterOf(newest, -1), to: before(quarterOf(newest)) };
    case "this-year":
      return { from: yearOf(newest), to: newest };
    case "last-year":
      return { from: yearOf(newest, -1), to: before(yearOf(newest)) };
    case "all":
      return { from: null, to: null };
  }
}
