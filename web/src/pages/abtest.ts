import type { Card, Choice, Chosen, Page } from "$/cards/card";
import type { EffectsOf } from "$/views/effect_words";
import { grain as byPeriod } from "./shared";

const metric: Choice = {
  parameter: "metric",
  label: "choice.metric",
  options: [
    { value: "orders", label: "choice.metric.orders" },
    { value: "amount", label: "choice.metric.amount" },
  ],
};

const grain: Choice = { ...byPeriod, initial: "weekly" };

const elsewhere = (choice: Choice): Choice => ({ ...choice, isElsewhere: true });
const metricOf = (chosen: Chosen) => chosen["metric"] ?? "orders";

const tabs: Page["tabs"] = [
  { name: "abtest-promotion", label: "tab.promotions" },
  { name: "abtest-product", label: "tab.products" },
  { name: "abtest-segments", label: "tab.segments" },
];

/** What promotions and products share: effects, and before and after on either side of zero. */
function usageCards(thing: "promotion" | "product"): Card[] {
  const of = `${thing}s` as EffectsOf;
  const report = (chosen: Chosen, side: string) => `${thing}_usage_before_after_${metricOf(chosen)}_${side}`;
  const reports = metric.options.flatMap(({ value }) =>
    ["accept", "reject"].map((side) => ({ name: `${thing}_usage_before_after_${value}_${side}` })),
  );
  const side = (id: string, title: "card.accepted" | "card.rejected", word: string): Card => ({
    id,
    title,
    subtitle: "card.beforeAfter.about",
    reports: reports.filter(({ name }) => name.endsWith(word)),
    choices: [elsewhere(metric)],
    shown: (chosen) => report(chosen, word),
    view: { kind: "beforeAfter", name: of },
    span: 6,
  });
  return [
    {
      id: "effects",
      title: `card.effects.${of}`,
      subtitle: "card.effects.about",
      reports,
      choices: [metric],
      shown: (chosen) => report(chosen, "accept"),
      view: { kind: "forest", name: of },
      span: 12,
      height: 24,
    },
    side("accepted", "card.accepted", "accept"),
    side("rejected", "card.rejected", "reject"),
  ];
}

const above = () => import("./Verdict.svelte");

export const abtestPromotion: Page = {
  name: "abtest-promotion",
  title: "page.abtest",
  lead: "lead.abtest",
  tabs,
  above,
  filters: ["dimension", "snapshot"],
  cards: [
    ...usageCards("promotion"),
    {
      id: "comparison",
      title: "card.comparison",
      subtitle: "card.comparison.about",
      reports: [{ name: "promotion_comparison" }],
      view: { kind: "bubble" },
      span: 6,
      height: 20,
    },
    {
      id: "differences",
      title: "card.differences",
      subtitle: "card.differences.about",
      reports: [{ name: "order_and_payment_amount_differences" }],
      view: { kind: "scatter", x: "diff", y: "diff_amount", name: "promotions", quadrants: true },
      span: 6,
      height: 20,
    },
    {
      id: "pairs",
      title: "card.pairs",
      subtitle: "card.pairs.about",
      reports: [{ name: "promotion_comparison_pairs" }],
      view: {
        kind: "table",
        columns: ["promotion_1", "promotion_2", "diff", "ci_low", "ci_high", "q_value", "n_1", "n_2", "sentence"],
      },
      span: 12,
      height: 24,
    },
  ],
};

export const abtestProduct: Page = {
  name: "abtest-product",
  title: "page.abtest",
  lead: "lead.abtest",
  tabs,
  above,
  filters: ["dimension", "snapshot"],
  cards: usageCards("product"),
};

const segmentReport = (chosen: Chosen) =>
  `segments_change_${chosen["grain"] ?? "weekly"}_before_after_${metricOf(chosen)}`;
const segmentReports = grain.options.flatMap((of) =>
  metric.options.map(({ value }) => ({ name: `segments_change_${of.value}_before_after_${value}` })),
);

export const abtestSegments: Page = {
  name: "abtest-segments",
  title: "page.abtest",
  lead: "lead.abtest.segments",
  tabs,
  above,
  filters: ["dimension", "snapshot"],
  cards: [
    {
      id: "effects",
      title: "card.effects.segments",
      subtitle: "card.effects.segments.about",
      reports: segmentReports,
      choices: [metric, grain],
      shown: segmentReport,
      view: { kind: "forest", name: "segments" },
      span: 12,
      height: 24,
    },
    {
      id: "before-after",
      title: "card.beforeAfter",
      subtitle: "card.beforeAfter.about",
      reports: segmentReports,
      choices: [elsewhere(metric), elsewhere(grain)],
      shown: segmentReport,
      view: { kind: "beforeAfter", name: "segments" },
      span: 12,
    },
  ],
};
