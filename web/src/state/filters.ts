// What a page asks about, as it stands in the address:
//   from, to       days (YYYY-MM-DD), or range, a preset that follows the data ("28d", "this-month")
//   compare        previous | year
//   dimension      comma-separated populations; none is everybody
//   segment        a name
//   snapshot       a day; none is the newest
//   workspace      "demo" for the demo shop
import { datesOf, isPreset, type Preset } from "./range";

export interface Filters {
  range: Preset | null;
  from: string | null;
  to: string | null;
  compare: "previous" | "year" | null;
  dimensions: readonly string[];
  segment: string | null;
  snapshot: string | null;
  isDemo: boolean;
}

const day = /^\d{4}-\d{2}-\d{2}$/;

/** Reads the address; what it does not understand is as if it were not there. `newest` is the last
    day of the data, to which presets are relative. */
export function filtersOf(query: URLSearchParams, newest: string | null): Filters {
  const text = (name: string) => {
    const value = query.get(name);
    return value === null || value === "" ? null : value;
  };
  const dayOf = (name: string) => {
    const value = text(name);
    return value !== null && day.test(value) ? value : null;
  };
  const preset = text("range");
  const range = preset !== null && isPreset(preset) ? preset : null;
  const dates =
    range !== null && newest !== null ? datesOf(range, newest) : { from: dayOf("from"), to: dayOf("to") };
  const compare = text("compare");
  return {
    range,
    ...dates,
    compare: compare === "previous" || compare === "year" ? compare : null,
    // A comma inside a population's name is written %2C by the server (its names are encoded).
    dimensions: (text("dimension") ?? "").split(",").filter((name) => name !== "" && name !== "main"),
    segment: text("segment"),
    snapshot: dayOf("snapshot") ?? dayOf("as_of"),
    isDemo: isDemo(query),
  };
}

/** Whether the address is of the demo shop. */
export function isDemo(query: URLSearchParams): boolean {
  return query.get("workspace") === "demo";
}

/** The parameters that filters are, which go along from page to page. */
export const filterParameters = [
  "range", "from", "to", "compare", "dimension", "segment", "snapshot", "workspace",
] as const;

/** The query of a page's link: the filters as they are, nothing else. */
export function filterQuery(query: URLSearchParams): string {
  const kept = new URLSearchParams();
  for (const name of filterParameters) {
    const value = query.get(name);
    if (value !== null) kept.set(name, value);
  }
  const text = kept.toString().replaceAll("%2C", ",");
  return text === "" ? "" : `?${text}`;
}
