import type { Page } from "$/cards/card";
import { churnNow, churnOverTime } from "./shared";

export const churn: Page = {
  name: "churn",
  title: "page.churn",
  lead: "page.churn.lead",
  cards: [
    {
      id: "churn-numbers",
      layout: "row",
      span: 12,
      reports: [{ name: "churn" }],
      tiles: [
        { label: "tile.buyers", report: "churn", column: "total", isGood: "up" },
        { label: "tile.engaged", report: "churn", column: "engaged", isGood: "up" },
        { label: "tile.threshold", report: "churn", column: "threshold_hours", caption: "tile.threshold.about" },
        { label: "tile.personal", report: "churn", column: "churn_personal", caption: "tile.personal.about", isGood: "down" },
      ],
    },
    { ...churnNow, span: 4 },
    { ...churnOverTime("weekly"), span: 8 },
    { ...churnOverTime("monthly"), span: 6 },
    {
      id: "threshold",
      title: "card.threshold",
      subtitle: "card.threshold.about",
      reports: [{ name: "churn_weekly" }],
      view: { kind: "line", x: "weekly", series: [{ column: "threshold_hours", label: "series.threshold" }], isUpToNow: true },
      span: 6,
    },
    {
      id: "engaged",
      title: "card.engaged",
      subtitle: "card.engaged.about",
      reports: [{ name: "churn_weekly" }],
      view: {
        kind: "line",
        x: "weekly",
        series: [
          { column: "engaged", label: "series.engaged", color: "--chart-good" },
          { column: "total", label: "series.buyers", color: "--c10" },
        ],
        isArea: false,
        isUpToNow: true,
      },
      span: 12,
    },
  ],
};
