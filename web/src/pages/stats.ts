import type { Card, Page } from "$/cards/card";
import { ordersOverTime, payments } from "./shared";

const hourly: Card = {
  id: "hourly",
  title: "card.hourly",
  subtitle: "card.hourly.about",
  reports: [{ name: "hourly_orders" }],
  view: { kind: "bars", x: "hourly", series: [{ column: "orders", label: "series.ordersADay" }], isGood: "up" },
  span: 6,
};

const revenue: Card = {
  id: "revenue",
  title: "card.revenue",
  subtitle: "card.revenue.about",
  reports: [{ name: "weekly_average_payment_amount" }],
  view: {
    kind: "line",
    x: "weekly",
    series: [{ column: "payment_amount", times: "payment_count", label: "series.revenue" }],
    isGood: "up",
  },
  span: 6,
};

const newAndReturning: Card = {
  id: "new-returning",
  title: "card.newReturning",
  subtitle: "card.newReturning.about",
  reports: [{ name: "weekly_orders" }, { name: "weekly_funnel_downloads" }],
  view: {
    kind: "bars",
    x: "weekly",
    isStacked: true,
    series: [
      {
        column: "orders",
        less: { report: "weekly_funnel_downloads", column: "weekly_purchased" },
        label: "series.laterOrders",
        color: "--accent",
      },
      { report: "weekly_funnel_downloads", column: "weekly_purchased", label: "series.firstOrders", color: "--c2" },
    ],
  },
  span: 6,
};

export const purchaseCount: Card = {
  id: "order-counts",
  title: "card.orderCounts",
  subtitle: "card.orderCounts.about",
  reports: [{ name: "user_counts_per_order_seq" }],
  choices: [
    {
      parameter: "counted",
      label: "choice.counted",
      options: [
        { value: "frequency", label: "choice.exactly" },
        { value: "reached", label: "choice.atLeast" },
      ],
    },
  ],
  view: ({ counted = "frequency" }) => ({
    kind: "bars",
    x: "order_seq_num",
    series: [{ column: counted, label: "series.customers" }],
    first: 20,
  }),
  span: 6,
};

export const statsPurchase: Page = {
  name: "stats-purchase",
  title: "page.statsPurchase",
  cards: [{ ...ordersOverTime, span: 12, height: 18 }, revenue, newAndReturning, hourly, purchaseCount],
};

/** A weekly mean: what it is called and which way is good. */
function weekly(id: "sessions" | "purchases" | "amount", report: string, column: string): Card {
  return {
    id,
    title: `card.weekly.${id}`,
    subtitle: `card.weekly.${id}.about`,
    reports: [{ name: report }],
    view: { kind: "line", x: "weekly", series: [{ column, label: `card.weekly.${id}` }], isGood: "up" },
    span: 6,
  };
}

export const statsDescriptive: Page = {
  name: "stats-desc",
  title: "page.statsDescriptive",
  cards: [
    weekly("sessions", "weekly_average_session_per_user", "sessions"),
    weekly("purchases", "weekly_average_order_per_user", "orders"),
    { ...payments, span: 6 },
    weekly("amount", "weekly_average_payment_amount", "payment_amount"),
  ],
};
