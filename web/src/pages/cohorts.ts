import type { Choice, Chosen, Page } from "$/cards/card";
import { grain } from "./shared";

type Period = "daily" | "weekly" | "monthly";

const transition: Choice = {
  parameter: "transition",
  label: "choice.transition",
  options: [
    { value: "downloads", label: "choice.transition.downloads" },
    { value: "from_1_to_2", label: "choice.transition.1" },
    { value: "from_2_to_3", label: "choice.transition.2" },
    { value: "from_3_to_4", label: "choice.transition.3" },
  ],
};

const period: Choice = { ...grain, parameter: "period", initial: "weekly" };

const unit: Choice = {
  parameter: "unit",
  label: "choice.unit",
  options: [
    { value: "share", label: "choice.percent" },
    { value: "count", label: "choice.count" },
  ],
};

const periodOf = (chosen: Chosen): Period =>
  chosen["period"] === "daily" || chosen["period"] === "monthly" ? chosen["period"] : "weekly";
const shown = (chosen: Chosen) => `${periodOf(chosen)}_cohort_${chosen["transition"] ?? "downloads"}`;

/** Every transition of every period. */
const reports = period.options.flatMap((of) =>
  transition.options.map((step) => ({ name: `${of.value}_cohort_${step.value}` })),
);

const elsewhere = (choice: Choice): Choice => ({ ...choice, isElsewhere: true });

export const cohorts: Page = {
  name: "cohorts",
  title: "page.cohorts",
  cards: [
    {
      id: "cohorts",
      title: "card.cohorts",
      subtitle: "card.cohorts.about",
      reports,
      choices: [transition, period, unit],
      shown,
      view: (chosen) => ({
        kind: "cohorts",
        period: periodOf(chosen),
        as: chosen["unit"] === "count" ? "count" : "share",
      }),
      span: 12,
      height: 32,
    },
    {
      id: "curve",
      title: "card.curve",
      subtitle: "card.curve.about",
      reports,
      choices: [elsewhere(transition), elsewhere(period)],
      shown,
      view: (chosen) => ({ kind: "cohortCurve", period: periodOf(chosen) }),
      span: 12,
      height: 12,
    },
    {
      id: "cohort-revenue",
      title: "card.cohortRevenue",
      subtitle: "card.cohortRevenue.about",
      reports: [{ name: "cohort_revenue" }],
      view: { kind: "cohorts", period: "monthly", as: "amount" },
      span: 12,
      height: 32,
    },
  ],
};
