import type { Page } from "$/cards/card";

export const overall: Page = {
  name: "index",
  title: "page.overall",
  tabs: [
    { name: "index", label: "page.overall" },
    { name: "index2", label: "page.customers" },
  ],
  cards: [
    {
      id: "daily-orders",
      title: "card.dailyOrders",
      subtitle: "card.dailyOrders.about",
      reports: [{ name: "daily_orders" }, { name: "weekly_orders" }, { name: "monthly_orders" }],
      choices: [
        {
          parameter: "grain",
          label: "choice.grain",
          options: [
            { value: "daily", label: "choice.day" },
            { value: "weekly", label: "choice.week" },
            { value: "monthly", label: "choice.month" },
          ],
        },
      ],
      shown: ({ grain }) => `${grain}_orders`,
      view: ({ grain }) => ({ kind: "line", x: grain ?? "daily", series: [{ column: "orders" }] }),
      span: 7,
    },
  ],
};
