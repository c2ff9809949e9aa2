// What the address says of this page: the rate of its alarms and the range of its days.
import { catalogue } from "$/reports/catalogue.svelte";
import { filtersOf } from "$/state/filters";
import { place } from "$/state/location.svelte";
import { rates, type Dates } from "./alarms";

/** A rate of one's own; null is what the run decided. */
export function chosenRate(): number | null {
  const wanted = Number(place.query.get("rate"));
  return rates.find((rate) => rate === wanted) ?? null;
}

/** The reports of this page are of all days: the range cuts what is shown. */
export function chosenDates(): Dates {
  const { from, to } = filtersOf(place.query, catalogue.newest);
  return { from, to };
}
