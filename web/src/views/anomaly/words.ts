// Alarms in words.
import type { Formats } from "$/text/formats";
import { t } from "$/text/text";
import { relativeDifference, type Alarm } from "./alarms";
import { featureMessage, type Reason } from "./reasons";

export function featureWords(feature: string): string {
  const { id, values } = featureMessage(feature);
  const words = t(id, values);
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

export function reasonWords({ feature, deviations }: Reason, formats: Formats): string {
  return t(deviations < 0 ? "alarm.reason.low" : "alarm.reason.high", {
    feature: featureWords(feature),
    times: formats.exact(Math.abs(deviations)),
  });
}

/** A sentence of why: the figures that were furthest off. */
export function reasonsWords(alarm: Alarm, formats: Formats): string {
  if (alarm.detector !== "daily") return alarm.reasons.map((reason) => reasonWords(reason, formats)).join("; ");
  const change = relativeDifference(alarm);
  return change === null ? "" : t("alarm.reason.weekday", { change: formats.change(100 * change) });
}

/** How rare such a day is: 1 in 500 usual days; of daily orders how far off. */
export function unusualWords(alarm: Alarm, formats: Formats): string {
  if (alarm.chance !== null) return chanceWords(alarm.chance, formats);
  return alarm.deviations === null ? "" : t("alarm.deviations", { count: formats.exact(Math.round(alarm.deviations * 10) / 10) });
}

/** Beyond this a chance says no more than "very rare". */
const rarest = 1_000_000;

export function chanceWords(chance: number, formats: Formats): string {
  if (chance * rarest < 1) return t("alarm.chance.rare", { days: formats.exact(rarest) });
  const days = 1 / chance;
  const digits = days < 100 ? 1 : 10 ** (Math.floor(Math.log10(days)) - 1);
  return t("alarm.chance", { days: formats.exact(Math.round(days / digits) * digits) });
}

export function figure(value: number | null, alarm: Alarm, formats: Formats): string {
  if (value === null) return "\u2013";
  return alarm.isShare ? formats.percent(100 * value) : rounded(value, formats);
}

/** Shares differ by points, counts by a share of what was expected. */
export function differenceWords(alarm: Alarm, formats: Formats): string {
  const { actual, expected } = alarm;
  if (actual === null || expected === null) return "\u2013";
  if (alarm.isShare) return t("alarm.points", { value: formats.signed(Math.round(1000 * (actual - expected)) / 10) });
  const change = relativeDifference(alarm);
  return change === null ? formats.signed(actual - expected) : formats.change(100 * change);
}

/** Whole from 100 on, with a decimal below. */
export function rounded(value: number, formats: Formats): string {
  return formats.exact(Math.abs(value) < 100 ? Math.round(value * 10) / 10 : Math.round(value));
}
