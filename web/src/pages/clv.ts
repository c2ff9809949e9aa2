import type { Page } from "$/cards/card";

export const clv: Page = {
  name: "clv",
  title: "page.clv",
  filters: ["dimension", "snapshot"],
  cards: [
    {
      id: "prediction",
      title: "card.prediction",
      subtitle: "card.prediction.about",
      reports: [{ name: "daily_clv" }],
      choices: [
        {
          parameter: "vintages",
          label: "choice.vintages",
          options: [
            { value: "newest", label: "choice.vintages.newest" },
            { value: "all", label: "choice.vintages.all" },
          ],
        },
        {
          parameter: "horizon",
          label: "choice.horizon",
          options: [
            { value: "1", label: "choice.horizon.1" },
            { value: "3", label: "choice.horizon.3" },
            { value: "6", label: "choice.horizon.6" },
            { value: "12", label: "choice.horizon.12" },
          ],
          initial: "6",
        },
      ],
      view: (chosen) => ({
        kind: "prediction",
        horizon: chosen["horizon"] ?? "6",
        isWithEarlier: chosen["vintages"] === "all",
      }),
      span: 12,
      height: 17,
    },
    {
      id: "value-by-segment",
      title: "card.valueBySegment",
      subtitle: "card.valueBySegment.about",
      reports: [{ name: "clvsegments_amount" }],
      view: { kind: "donut", name: "segments", value: "payment_amount" },
      span: 5,
      height: 20,
    },
    {
      id: "backtest",
      title: "card.backtest",
      subtitle: "card.backtest.about",
      reports: [{ name: "clv_backtest" }],
      view: { kind: "backtest" },
      span: 7,
      height: 20,
    },
    {
      id: "top-customers",
      title: "card.topCustomers",
      subtitle: "card.topCustomers.about",
      reports: [{ name: "client_value", limit: 50, sort: "expected_value", descending: true }],
      view: { kind: "topCustomers" },
      span: 12,
      height: 24,
    },
  ],
};
