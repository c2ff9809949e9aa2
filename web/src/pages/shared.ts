// Choices and cards that several pages have.
import type { Card, Choice, Page } from "$/cards/card";

/** Day, week or month; `x` of the reports is called like the choice. */
export const grain: Choice = {
  parameter: "grain",
  label: "choice.grain",
  options: [
    { value: "daily", label: "choice.day" },
    { value: "weekly", label: "choice.week" },
    { value: "monthly", label: "choice.month" },
  ],
};

export const dashboardTabs: NonNullable<Page["tabs"]> = [
  { name: "index", label: "page.overall" },
  { name: "index2", label: "page.customers" },
];

export const ordersOverTime: Omit<Card, "span"> = {
  id: "orders",
  title: "card.orders",
  subtitle: "card.orders.about",
  reports: [{ name: "daily_orders" }, { name: "weekly_orders" }, { name: "monthly_orders" }],
  choices: [grain],
  shown: ({ grain = "daily" }) => `${grain}_orders`,
  view: ({ grain = "daily" }) => ({
    kind: "line",
    x: grain,
    series: [{ column: "orders", label: "series.orders" }],
    isGood: "up",
  }),
};

export const churnNow: Omit<Card, "span"> = {
  id: "churn",
  title: "card.churn",
  subtitle: "card.churn.about",
  reports: [{ name: "churn" }],
  view: {
    kind: "donut",
    rate: "churn",
    center: "series.churned.rate",
    slices: [
      { column: "total", less: "engaged", cell: "churn", label: "series.churned", color: "--chart-bad" },
      { column: "engaged", cell: "engaged", label: "series.retained", color: "--chart-good" },
    ],
  },
};

export const churnOverTime = (grain: "weekly" | "monthly"): Omit<Card, "span"> => ({
  id: `churn-${grain}`,
  title: grain === "weekly" ? "card.churnWeekly" : "card.churnMonthly",
  subtitle: "card.churnOverTime.about",
  reports: [{ name: `churn_${grain}` }],
  view: {
    kind: "bars",
    x: grain,
    series: [{ column: "churn", label: "series.churn", color: "--chart-bad" }],
    isUpToNow: true,
    highlightLast: true,
    isGood: "down",
  },
});

export const topProducts: Omit<Card, "span"> = {
  id: "products",
  title: "card.products",
  subtitle: "card.products.about",
  reports: [{ name: "most_ordered_products", limit: 100, sort: "order_count", descending: true }],
  view: {
    kind: "rank",
    name: "products",
    value: "order_count",
    label: "series.orders",
    also: "revenue",
    alsoLabel: "series.revenue",
  },
};

export const topCategories: Omit<Card, "span"> = {
  id: "categories",
  title: "card.categories",
  subtitle: "card.categories.about",
  reports: [{ name: "most_ordered_categories" }],
  view: {
    kind: "rank",
    name: "category",
    value: "order_count",
    label: "series.orders",
    also: "revenue",
    alsoLabel: "series.revenue",
  },
};

export const payments: Omit<Card, "span"> = {
  id: "payments",
  title: "card.payments",
  subtitle: "card.payments.about",
  reports: [{ name: "purchase_amount_distribution" }],
  view: { kind: "histogram", from: "payment_bins", to: "bin_to", value: "orders" },
};
