// Effects in words and numbers, as the forest, the bars and the banner say them.
import type { Formats } from "$/text/formats";
import { isMessage, t } from "$/text/text";
import type { Effect, Tally } from "./effects";
import { segmentName } from "./segments";

/** "+7.8 %", or in the unit of the report where nothing was expected to compare with. */
export function effectText(effect: Effect, formats: Formats, unit: string): string {
  if (effect.relative !== null) return formats.change(100 * effect.relative);
  if (effect.effect === null) return "\u2013";
  return effect.effect > 0 ? `+${formats.value(effect.effect, unit)}` : formats.value(effect.effect, unit);
}

export function intervalText(effect: Effect, formats: Formats): string | null {
  if (effect.relativeLow === null || effect.relativeHigh === null) return null;
  return t("effect.interval", {
    low: roughly(effect.relativeLow, formats),
    high: roughly(effect.relativeHigh, formats),
  });
}

/** Whole percents from ten on: more would say more than is known. */
function roughly(part: number, formats: Formats): string {
  const percent = 100 * part;
  return formats.change(Math.abs(percent) >= 10 ? Math.round(percent) : percent).replace(/[.,]0(?=\D*%)/, "");
}

export function verdictText(effect: Effect, formats: Formats): string {
  switch (effect.verdict) {
    case "insufficient":
      return t("effect.insufficient");
    case "unclear":
      return effect.pValue !== null && effect.pValue < 0.05 ? t("effect.chance") : t("effect.unclear");
    default: {
      const interval = intervalText(effect, formats);
      return interval === null ? t(`effect.${effect.verdict}`) : t("effect.likely", { interval });
    }
  }
}

/** A mean before or after, or their difference, in the unit of the report. */
export function meanText(value: number | null, unit: string, formats: Formats): string {
  if (value === null) return "\u2013";
  return unit.startsWith("currency") ? formats.value(value, unit, "table") : formats.mean(value);
}

/** Segments have names to be read; those of promotions and products are the shop's. */
export function effectName(name: string, of: string): string {
  return of === "segments" ? segmentName(name) : name;
}

/** Below a thousandth it is said so. */
export function probabilityText(value: number | null): string {
  if (value === null) return "\u2013";
  return value < 0.001 ? "<\u202f0.001" : value.toFixed(3);
}

/** 0 to 12 in words, others in digits. */
export function numberWord(count: number, formats: Formats): string {
  const id = `number.${count}`;
  return isMessage(id) ? t(id) : formats.exact(count);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export interface VerdictWords {
  finding: string;
  rest: string;
}

export type EffectsOf = "promotions" | "products" | "segments";
export type Metric = "orders" | "amount";

/** "Three of eight promotions likely increase orders by 5 to 15 %, one likely decreases them." */
export function verdictWords(tally: Tally, of: EffectsOf, metric: Metric, formats: Formats): VerdictWords {
  const word = (count: number) => numberWord(count, formats);
  const what = t(`verdict.metric.${metric}`);
  const nouns = t(`verdict.noun.${of}`, { count: tally.all });
  if (tally.all === 0) return { finding: t("verdict.nothing"), rest: "" };
  const rests = [
    tally.unclear > 0 ? t("verdict.unclear", { count: tally.unclear, word: word(tally.unclear) }) : null,
    tally.insufficient > 0 ? t("verdict.insufficient", { count: tally.insufficient, word: word(tally.insufficient) }) : null,
  ].filter((part) => part !== null);
  const rest = rests.length === 0 ? "" : `${capital(rests.join(", "))}.`;
  if (tally.more === 0 && tally.less === 0) {
    return { finding: t("verdict.none", { all: word(tally.all), nouns, what }), rest };
  }
  const range =
    tally.least === null || tally.most === null
      ? ""
      : tally.more === 1
        ? t("verdict.by", { most: formats.percent(tally.most, 0) })
        : t("verdict.between", { least: tally.least.toFixed(0), most: formats.percent(tally.most, 0) });
  const up = { count: tally.more, word: word(tally.more), all: word(tally.all), nouns, what, range };
  const down = { count: tally.less, word: word(tally.less), all: word(tally.all), nouns, what };
  if (tally.more === 0) return { finding: capital(t("verdict.less", down)), rest };
  const first = t("verdict.more", up);
  return { finding: capital(tally.less === 0 ? `${first}.` : `${first}, ${t("verdict.andLess", down)}`), rest };
}
