import type { Page } from "$/cards/card";
import { churnNow, churnOverTime, dashboardTabs, ordersOverTime, topCategories, topProducts } from "./shared";

export const overall: Page = {
  name: "index",
  title: "page.overall",
  tabs: dashboardTabs,
  cards: [
    {
      id: "kpis",
      layout: "grid",
      span: 5,
      reports: [
        { name: "kpis" },
        { name: "daily_orders" },
        { name: "weekly_average_session_per_user" },
        { name: "weekly_average_payment_amount" },
        { name: "daily_promotion_discount" },
      ],
      tiles: [
        {
          label: "tile.orders",
          report: "kpis",
          column: "total_orders",
          change: "since_last_week_orders",
          isGood: "up",
          spark: { report: "daily_orders", x: "daily", column: "orders" },
        },
        {
          label: "tile.visitors",
          report: "kpis",
          column: "total_visitors",
          change: "since_last_week_total_visitors",
          isGood: "up",
          spark: { report: "weekly_average_session_per_user", x: "weekly", column: "client_count" },
        },
        {
          label: "tile.revenue",
          report: "kpis",
          column: "total_revenue",
          change: "since_last_week_revenue",
          isGood: "up",
          spark: { report: "weekly_average_payment_amount", x: "weekly", column: "payment_amount", times: "payment_count" },
        },
        {
          label: "tile.discount",
          report: "kpis",
          column: "total_discount",
          change: "since_last_week_total_discount",
          isGood: "down",
          spark: { report: "daily_promotion_discount", x: "daily", column: "total_discount" },
        },
      ],
    },
    { ...ordersOverTime, span: 7, height: 14 },
    { ...churnNow, span: 3, height: 12.5 },
    { ...churnOverTime("weekly"), span: 4, height: 12.5 },
    {
      id: "segments",
      title: "card.segments",
      subtitle: "card.segments.about",
      reports: [{ name: "segmentation" }],
      view: { kind: "treemap", name: "segments", value: "value", count: "client_count" },
      span: 5,
      height: 12.5,
    },
    {
      id: "journey",
      title: "card.journey",
      subtitle: "card.journey.about",
      reports: [{ name: "customer_journey" }],
      view: { kind: "journey" },
      span: 4,
      height: 18,
    },
    { ...topProducts, span: 4, height: 18 },
    { ...topCategories, span: 4, height: 18 },
  ],
};
