import type { Page } from "$/cards/card";
import { rfmInSpace } from "./rfm";
import { dashboardTabs, payments } from "./shared";
import { purchaseCount } from "./stats";

export const customers: Page = {
  name: "index2",
  title: "page.customers",
  tabs: dashboardTabs,
  cards: [
    { ...payments, span: 6 },
    { ...purchaseCount, span: 6 },
    { ...rfmInSpace, span: 6, height: 24 },
    {
      id: "value",
      title: "card.value",
      subtitle: "card.value.about",
      reports: [{ name: "daily_clv" }],
      view: { kind: "prediction", horizon: "3", isWithEarlier: false },
      span: 6,
      height: 24,
    },
    {
      id: "cohorts",
      title: "card.cohortsWeekly",
      subtitle: "card.cohortsWeekly.about",
      reports: [{ name: "weekly_cohort_downloads" }],
      view: { kind: "cohorts", period: "weekly", as: "share" },
      span: 12,
      height: 20,
    },
    {
      id: "funnel",
      title: "card.funnelDaily",
      subtitle: "card.funnelDaily.about",
      reports: [{ name: "daily_funnel" }],
      view: { kind: "funnelTrend", of: "sessions", x: "daily", as: "count" },
      span: 12,
    },
  ],
};
