import { describe, expect, it } from "vitest";
import { ReportTable } from "$/reports/table";
import { forecastOf, modelName, modelsOf, outlookOf, predictionAxis } from "./lifetime";

function table(columns: readonly string[], rows: readonly unknown[][]): ReportTable {
  return new ReportTable({
    report: "daily_clv", dimension: "main", as_of: "2026-11-18T10:00:00", run_id: "r", is_sample: false,
    total_rows: rows.length, columns: columns.map((name) => ({ name, type: "double", unit: "" })), rows,
  } as unknown as ConstructorParameters<typeof ReportTable>[0]);
}

const clv = table(["date", "payment_amount", "data_type", "p10", "p90", "vintage"], [
  ["2026-11-01", 10, "actual", null, null, null],
  ["2026-11-02", 20, "actual", null, null, null],
  ["2026-11-02", 18, "prediction", 15, 21, "2026-11-01"],
  ["2026-11-04", 40, "prediction", 30, 50, "2026-11-02"],
  ["2026-11-03", 30, "prediction", 20, 40, "2026-11-02"],
]);

describe("a forecast", () => {
  it("is the newest prediction; earlier ones are kept apart", () => {
    const forecast = forecastOf(clv);
    expect(forecast.vintage).toBe("2026-11-02");
    expect(forecast.prediction.map(({ day }) => day)).toEqual(["2026-11-03", "2026-11-04"]);
    expect(forecast.earlier).toEqual([
      { vintage: "2026-11-01", days: [{ day: "2026-11-02", value: 18, low: 15, high: 21 }] },
    ]);
  });

  it("goes as far as the data", () => {
    const forecast = forecastOf(clv);
    expect(outlookOf(forecast, 1)).toEqual({ days: 1, expected: 30, before: 20 });
    expect(outlookOf(forecast, 365)).toEqual({ days: 2, expected: 70, before: 30 });
    expect(outlookOf({ ...forecast, actual: [] }, 30).before).toBeNull();
  });
});

it("actual, prediction and earlier predictions share an axis of days", () => {
  const axis = predictionAxis(forecastOf(clv), 1, 1);
  expect(axis).toEqual({
    days: ["2026-11-01", "2026-11-02", "2026-11-03"],
    actual: [10, 20, null],
    prediction: [null, null, 30],
    low: [null, null, 20],
    high: [null, null, 40],
    earlier: [{ vintage: "2026-11-01", values: [null, 18, null] }],
    cut: 1,
  });
  expect(predictionAxis(forecastOf(clv), 0, 0)).toMatchObject({ earlier: [], cut: null });
});

it("models are means over their origins, the champion first", () => {
  const columns = [
    "origin", "model", "decile", "days", "is_champion", "score", "predicted", "actual", "customers", "normalised_gini",
    "spearman", "value_mae", "bias", "daily_error",
  ];
  const row = (origin: string, model: string, decile: number, champion: boolean, score: number) =>
    [origin, model, decile, 180, champion, score, 50, 40, 100, 0.5, 0.4, 9, 0.25, 0.1];
  const models = modelsOf(table(columns, [
    row("2026-01-01", "tweedie", 0, false, 0.5),
    row("2026-01-01", "bgnbd", 0, true, 0.6),
    row("2026-04-01", "bgnbd", 0, true, 0.8),
    row("2026-04-01", "bgnbd", 1, true, 9),
  ]));
  expect(models.map(({ model, score }) => [model, score])).toEqual([["bgnbd", 0.7], ["tweedie", 0.5]]);
  expect(models[0]?.origins.map(({ origin }) => origin)).toEqual(["2026-04-01", "2026-01-01"]);
});

it("models have the names of the literature", () => {
  expect(modelName("geo(bgnbd,tweedie)")).toBe("BG/NBD × Tweedie");
  expect(modelName("past_total")).toBe("Past total");
});
