// Filters as a sentence's part: in empty cards, pictures and chips.
import { addDays, daysOf, type Dates } from "./range";
import type { Filters } from "./filters";
import type { Formats } from "$/text/formats";
import { t } from "$/text/text";

/** "1 – 3 Nov 2026", "28 Dec 2025 – 3 Jan 2026", "since 1 Jun 2026". */
export function datesInWords({ from, to }: Dates, formats: Formats): string {
  if (from === null && to === null) return t("filter.range.all");
  if (from === null) return t("filter.range.until", { day: formats.day(to ?? "") });
  if (to === null) return t("filter.range.since", { day: formats.day(from) });
  if (from === to) return formats.day(from);
  const isOneYear = from.slice(0, 4) === to.slice(0, 4);
  return `${formats.day(from, isOneYear ? "short" : "long")} – ${formats.day(to)}`;
}

/** What a page is about, in words; empty where it is about everything. */
export function filtersInWords(filters: Filters, nameOf: (dimension: string) => string, formats: Formats): string {
  const hasRange = filters.from !== null || filters.to !== null;
  const parts = [
    hasRange ? datesInWords(filters, formats) : "",
    filters.dimensions.map(nameOf).join(", "),
    filters.segment ?? "",
    filters.snapshot === null ? "" : t("card.snapshot", { day: formats.day(filters.snapshot) }),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

/** The days that a range is compared with. */
export function comparedDates(from: string, to: string, compare: "previous" | "year"): { from: string; to: string } {
  if (compare === "previous") {
    const days = daysOf(from, to);
    return { from: addDays(from, -days), to: addDays(from, -1) };
  }
  return { from: aYearBefore(from), to: aYearBefore(to) };
}

/** As the server has it: 29 February is the 28th of the other year. */
function aYearBefore(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year - 1, month, 0)).getUTCDate();
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${year - 1}-${pad(month)}-${pad(Math.min(date, last))}`;
}
