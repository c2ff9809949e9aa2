// Ranges as people type them: "last 6 weeks", "March 2026", "1 Mar - 15 Apr", "since 1 June", "Q1", "90 days".
// What names no year is the latest that the data have begun: in data that end in November, "December"
// is that of the year before.
import { addDays, monthOf, quarterOf, weekOf, type Dates } from "./range";

interface Span {
  from: string;
  to: string;
}

/** A span in some year: what was typed without one. */
interface Typed {
  hasYear: boolean;
  /** Null where it does not exist in that year: 29 February, 31 June. */
  in: (year: number) => Span | null;
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const monthNames = [
  "january", "february", "march", "april", "may", "june",
  "july", "august", "september", "october", "november", "december",
];
const numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/** The days that a text means, relative to the newest day of the data; null when it means none. */
export function rangeOf(text: string, newest: string): Dates | null {
  const words = text
    .toLowerCase()
    .replace(/[‐‑‒–—−]/g, "-")
    .replace(/[,]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  if (words === "") return null;
  if (/^(all|all data|all time|everything|always|max)$/.test(words)) return { from: null, to: null };
  const since = /^(?:since|from|after) (.+)$/.exec(words)?.[1];
  if (since !== undefined) {
    const span = spanOf(since, newest);
    if (span) return { from: span.from, to: span.from > newest ? span.to : newest };
  }
  const until = /^(?:until|till|up to|to|before) (.+)$/.exec(words)?.[1];
  if (until !== undefined) {
    const span = spanOf(until, newest);
    return span && { from: null, to: words.startsWith("before ") ? addDays(span.from, -1) : span.to };
  }
  return spanOf(words, newest) ?? betweenOf(words.replace(/^(from|between) /, ""), newest);
}

/** "A to B", split wherever both sides are something. */
function betweenOf(words: string, newest: string): Span | null {
  for (const mark of words.matchAll(/\s*(?:-|\.{2,}|\b(?:to|until|till|through|and)\b)\s*/g)) {
    const right = words.slice(mark.index + mark[0].length);
    const left = words.slice(0, mark.index);
    const span = joined(left, right, newest);
    if (span) return span;
  }
  return null;
}

function joined(left: string, right: string, newest: string): Span | null {
  const end = typedOf(right, newest);
  // "1 - 15 March": the month of the end is that of the begin too.
  const begin = typedOf(left, newest) ?? (/^\d{1,2}(st|nd|rd|th)?$/.test(left) ? typedOf(withoutDay(right, left), newest) : null);
  if (!begin || !end) return null;
  const newestYear = yearOf(newest);
  if (begin.hasYear && !end.hasYear) {
    const first = begin.in(newestYear);
    if (!first) return null;
    const year = yearOf(first.from);
    const last = [end.in(year), end.in(year + 1)].find((span) => span && span.to >= first.from);
    return last ? { from: first.from, to: last.to } : null;
  }
  const last = end.hasYear ? end.in(newestYear) : latest(end, newest);
  if (!last) return null;
  const first = begin.hasYear ? begin.in(newestYear) : latest(begin, last.to);
  if (!first) return null;
  // With years on both sides, the other way round means the same.
  return first.from <= last.to ? { from: first.from, to: last.to } : { from: last.from, to: first.to };
}

/** The end's text with the begin's day: "15 march" and "1" are "1 march". */
function withoutDay(right: string, day: string): string {
  const [first = "", ...rest] = right.split(" ");
  return /^\d/.test(first) ? [day, ...rest].join(" ") : "";
}

function spanOf(words: string, newest: string): Span | null {
  const typed = typedOf(words, newest);
  if (!typed) return null;
  return typed.hasYear ? typed.in(yearOf(newest)) : latest(typed, newest);
}

/** In the latest year in which it has begun by that day. */
function latest(typed: Typed, day: string): Span | null {
  const year = yearOf(day);
  // 29 February is at most eight years away.
  for (let back = 0; back <= 8; back += 1) {
    const span = typed.in(year - back);
    if (span && span.from <= day) return span;
  }
  return null;
}

function typedOf(words: string, newest: string): Typed | null {
  const fixed = relativeOf(words, newest) ?? isoOf(words);
  if (fixed) return { hasYear: true, in: () => fixed };
  return quarterTyped(words) ?? monthTyped(words);
}

function relativeOf(words: string, newest: string): Span | null {
  const yesterday = addDays(newest, -1);
  const whole: Record<string, Span> = {
    today: { from: newest, to: newest },
    "newest day": { from: newest, to: newest },
    yesterday: { from: yesterday, to: yesterday },
    "this week": { from: weekOf(newest), to: newest },
    "last week": { from: addDays(weekOf(newest), -7), to: addDays(weekOf(newest), -1) },
    "this month": { from: monthOf(newest), to: newest },
    "last month": { from: monthOf(newest, -1), to: addDays(monthOf(newest), -1) },
    "this quarter": { from: quarterOf(newest), to: newest },
    "last quarter": { from: quarterOf(newest, -1), to: addDays(quarterOf(newest), -1) },
    "this year": { from: `${yearOf(newest)}-01-01`, to: newest },
    "last year": { from: `${yearOf(newest) - 1}-01-01`, to: `${yearOf(newest) - 1}-12-31` },
  };
  const named = whole[words.replace(/^(previous|past) /, "last ").replace(/^(current) /, "this ")];
  if (named) return named;
  const match = /^(?:(?:the )?(?:last|past|previous) )?(\d{1,4}|[a-z]+) ?(d|days?|w|weeks?|m|months?|q|quarters?|y|years?)$/.exec(words);
  if (!match) return null;
  const [, amount = "", unit = ""] = match;
  const count = /^\d/.test(amount) ? Number(amount) : numbers.indexOf(amount) + 1;
  if (count === 0) return null;
  switch (unit[0]) {
    case "d":
      return { from: addDays(newest, 1 - count), to: newest };
    case "w":
      return { from: addDays(newest, 1 - 7 * count), to: newest };
    case "m":
      return { from: addDays(monthsBefore(newest, count), 1), to: newest };
    case "q":
      return { from: addDays(monthsBefore(newest, 3 * count), 1), to: newest };
    default:
      return { from: addDays(monthsBefore(newest, 12 * count), 1), to: newest };
  }
}

/** The same day of a month before, or that month's last day. */
function monthsBefore(day: string, count: number): string {
  const first = monthOf(day, -count);
  const last = addDays(monthOf(first, 1), -1);
  const same = `${first.slice(0, 8)}${day.slice(8)}`;
  return same < last ? same : last;
}

/** 2026, 2026-03, 2026-03-01, 2026/03/01, 01.03.2026 */
function isoOf(words: string): Span | null {
  const parts =
    /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?$/.exec(words) ??
    reversedMatch(/^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(words));
  if (!parts) return null;
  const [year, month, day] = [parts[1], parts[2], parts[3]].map((part) => (part === undefined ? null : Number(part)));
  if (!year) return null;
  if (month == null) return { from: `${year}-01-01`, to: `${year}-12-31` };
  return day == null ? monthSpan(year, month) : daySpan(year, month, day);
}

function reversedMatch(match: RegExpExecArray | null): (string | undefined)[] | null {
  return match && [match[0], match[3], match[2], match[1]];
}

/** q1, q1 2026, 2026 q1, q1/2026 */
function quarterTyped(words: string): Typed | null {
  const match = /^q([1-4])(?:[ /-]?(\d{4}))?$/.exec(words) ?? /^(\d{4})[ /-]?q([1-4])$/.exec(words);
  if (!match) return null;
  const isYearFirst = match[1]?.length === 4;
  const quarter = Number(isYearFirst ? match[2] : match[1]);
  const year = isYearFirst ? match[1] : match[2];
  return typed(year, (of) => {
    const from = monthSpan(of, 3 * quarter - 2)?.from ?? "";
    return { from, to: addDays(monthOf(from, 3), -1) };
  });
}

/** march, march 2026, 1 march, march 1st 2026, 1. mar */
function monthTyped(words: string): Typed | null {
  const match =
    /^(?:(\d{1,2})(?:st|nd|rd|th|\.)? (?:of )?)?([a-z]{3,9})\.?(?: (\d{4}))?$/.exec(words) ??
    dayBehind(/^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?(?: (\d{4}))?$/.exec(words));
  const [, day, name = "", year] = match ?? [];
  const month = monthNumber(name);
  if (month === 0) return null;
  return typed(year, (of) => (day === undefined ? monthSpan(of, month) : daySpan(of, month, Number(day))));
}

function dayBehind(match: RegExpExecArray | null): (string | undefined)[] | null {
  return match && [match[0], match[2], match[1], match[3]];
}

function monthNumber(name: string): number {
  if (name === "sept") return 9;
  const short = months.indexOf(name);
  return (short >= 0 ? short : monthNames.indexOf(name)) + 1;
}

function typed(year: string | undefined, of: (year: number) => Span | null): Typed {
  if (year === undefined) return { hasYear: false, in: of };
  const span = of(Number(year));
  return { hasYear: true, in: () => span };
}

function monthSpan(year: number, month: number): Span | null {
  if (month < 1 || month > 12) return null;
  const from = `${year}-${padded(month)}-01`;
  return { from, to: addDays(monthOf(from, 1), -1) };
}

function daySpan(year: number, month: number, day: number): Span | null {
  const span = monthSpan(year, month);
  const date = `${year}-${padded(month)}-${padded(day)}`;
  return span && day >= 1 && date <= span.to ? { from: date, to: date } : null;
}

function padded(value: number): string {
  return String(value).padStart(2, "0");
}

function yearOf(day: string): number {
  return Number(day.slice(0, 4));
}
