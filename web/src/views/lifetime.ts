// Customers' value: what was paid and what is expected, and how good earlier predictions were.
import type { ReportTable } from "$/reports/table";

export interface DayValue {
  day: string;
  value: number;
  low: number | null;
  high: number | null;
}

export interface Forecast {
  actual: readonly DayValue[];
  /** The newest prediction, whole. */
  prediction: readonly DayValue[];
  /** The day it was made from; null where there is none. */
  vintage: string | null;
  /** Predictions made earlier, the newest first. */
  earlier: readonly { vintage: string; days: readonly DayValue[] }[];
}

export function forecastOf(table: ReportTable): Forecast {
  const actual: DayValue[] = [];
  const vintages = new Map<string, DayValue[]>();
  for (const row of table.rows) {
    const value = table.number(row, "payment_amount");
    if (value === null) continue;
    const day = {
      day: table.text(row, "date"),
      value,
      low: table.number(row, "p10"),
      high: table.number(row, "p90"),
    };
    if (table.text(row, "data_type") === "actual") actual.push(day);
    else {
      const vintage = table.text(row, "vintage");
      const days = vintages.get(vintage);
      if (days) days.push(day);
      else vintages.set(vintage, [day]);
    }
  }
  const byDay = (a: DayValue, b: DayValue) => a.day.localeCompare(b.day);
  actual.sort(byDay);
  const sorted = [...vintages].sort(([a], [b]) => b.localeCompare(a));
  for (const [, days] of sorted) days.sort(byDay);
  const [newest, ...earlier] = sorted;
  return {
    actual,
    prediction: newest?.[1] ?? [],
    vintage: newest?.[0] ?? null,
    earlier: earlier.map(([vintage, days]) => ({ vintage, days })),
  };
}

export const horizons: Readonly<Record<string, number>> = { "1": 30, "3": 90, "6": 180, "12": 365 };

export interface Outlook {
  /** Days of the horizon that are predicted; fewer than asked where the data end. */
  days: number;
  expected: number;
  /** What came in as many days before; null where history is shorter. */
  before: number | null;
}

export function outlookOf(forecast: Forecast, horizon: number): Outlook {
  const days = Math.min(horizon, forecast.prediction.length);
  const sum = (values: readonly DayValue[]) => values.reduce((total, { value }) => total + value, 0);
  return {
    days,
    expected: sum(forecast.prediction.slice(0, days)),
    before: days > 0 && forecast.actual.length >= days ? sum(forecast.actual.slice(-days)) : null,
  };
}

export interface ModelScore {
  model: string;
  isChampion: boolean;
  /** Means over the days that were predicted from. */
  score: number;
  gini: number | null;
  spearman: number | null;
  bias: number | null;
  valueError: number | null;
  dailyError: number | null;
  origins: readonly Origin[];
}

export interface Origin {
  origin: string;
  days: number;
  customers: number;
  predicted: number;
  actual: number;
  bias: number | null;
  dailyError: number | null;
}

/** The models of the back-test over all customers, the best first. */
export function modelsOf(table: ReportTable): ModelScore[] {
  const models = new Map<string, (readonly (string | number | boolean | null)[])[]>();
  for (const row of table.rows) {
    if (table.number(row, "decile") !== 0) continue;
    const model = table.text(row, "model");
    models.set(model, [...(models.get(model) ?? []), row]);
  }
  return [...models]
    .map(([model, rows]) => {
      const mean = (column: string) => {
        const values = rows.map((row) => table.number(row, column)).filter((value) => value !== null);
        return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
      };
      return {
        model,
        isChampion: rows.some((row) => table.cell(row, "is_champion") === true),
        score: mean("score") ?? Number.POSITIVE_INFINITY,
        gini: mean("normalised_gini"),
        spearman: mean("spearman"),
        bias: mean("bias"),
        valueError: mean("value_mae"),
        dailyError: mean("daily_error"),
        origins: rows
          .map((row) => ({
            origin: table.text(row, "origin"),
            days: table.number(row, "days") ?? 0,
            customers: table.number(row, "customers") ?? 0,
            predicted: table.number(row, "predicted") ?? 0,
            actual: table.number(row, "actual") ?? 0,
            bias: table.number(row, "bias"),
            dailyError: table.number(row, "daily_error"),
          }))
          .sort((a, b) => b.origin.localeCompare(a.origin)),
      };
    })
    .sort((a, b) => Number(b.isChampion) - Number(a.isChampion) || a.score - b.score);
}

const modelNames: Readonly<Record<string, string>> = {
  bgnbd: "BG/NBD",
  mbgnbd: "MBG/NBD",
  paretonbd: "Pareto/NBD",
  gammagamma: "Gamma-Gamma",
  tweedie: "Tweedie",
  lstm: "LSTM",
};

/** The names that models have in the literature: "geo(bgnbd,tweedie)" is "BG/NBD × Tweedie". */
export function modelName(model: string): string {
  const pair = /^geo\((.+),(.+)\)$/.exec(model);
  if (pair) return `${modelName(pair[1] ?? "")} × ${modelName(pair[2] ?? "")}`;
  const words = model.replaceAll("_", " ");
  return modelNames[model] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

export interface PredictionAxis {
  days: readonly string[];
  actual: readonly (number | null)[];
  prediction: readonly (number | null)[];
  low: readonly (number | null)[];
  high: readonly (number | null)[];
  earlier: readonly { vintage: string; values: readonly (number | null)[] }[];
  /** Position of the last day that is known; null without days to come. */
  cut: number | null;
}

const leastHistory = 90;

/** Everything on one axis of days: the days to come, and half as many more that came. */
export function predictionAxis(forecast: Forecast, days: number, earlierCount: number): PredictionAxis {
  const history = forecast.actual.slice(-Math.max(leastHistory, Math.round(1.5 * days)));
  const future = forecast.prediction.slice(0, days);
  const axis = [...new Set([...history, ...future].map(({ day }) => day))];
  const at = (values: readonly DayValue[], of: (value: DayValue) => number | null) => {
    const byDay = new Map(values.map((value) => [value.day, value]));
    return axis.map((day) => {
      const value = byDay.get(day);
      return value ? of(value) : null;
    });
  };
  return {
    days: axis,
    actual: at(history, ({ value }) => value),
    prediction: at(future, ({ value }) => value),
    low: at(future, ({ low }) => low),
    high: at(future, ({ high }) => high),
    earlier: forecast.earlier
      .slice(0, earlierCount)
      .map(({ vintage, days }) => ({ vintage, values: at(days, ({ value }) => value) })),
    cut: future.length > 0 && history.length > 0 ? history.length - 1 : null,
  };
}
