import type { Card, Choice, Page } from "$/cards/card";
import type { FunnelOf } from "$/views/funnel";
import { grain as byPeriod } from "./shared";

const value: Choice = {
  parameter: "value",
  label: "choice.value",
  options: [
    { value: "count", label: "choice.count" },
    { value: "share", label: "choice.ofFirst" },
  ],
};

const grain: Choice = {
  ...byPeriod,
  options: [{ value: "hourly", label: "choice.hour" }, ...byPeriod.options],
  initial: "daily",
};

function cardsOf(of: FunnelOf): Card[] {
  const report = (period: string) => (of === "sessions" ? `${period}_funnel` : `${period}_funnel_downloads`);
  return [
    {
      id: "conversion",
      title: "card.conversion",
      subtitle: `card.conversion.${of}`,
      reports: [{ name: report("daily") }, { name: "overall_funnel" }],
      view: { kind: "funnel", of },
      span: 8,
      height: 20,
    },
    {
      id: "dropped",
      title: "card.dropped",
      subtitle: `card.dropped.${of}`,
      // By month there are fewest rows of the same sum.
      reports: [{ name: report("daily") }, { name: report("monthly"), largest: 8 }],
      view: { kind: "funnelLosses", of, by: report("monthly") },
      span: 4,
      height: 20,
    },
    {
      id: "trend",
      title: "card.trend",
      subtitle: `card.trend.${of}`,
      reports: ["hourly", "daily", "weekly", "monthly"].map((period) => ({ name: report(period) })),
      choices: [value, grain],
      shown: (chosen) => report(chosen["grain"] ?? "daily"),
      view: (chosen) => ({
        kind: "funnelTrend",
        of,
        x: chosen["grain"] ?? "daily",
        as: chosen["value"] === "share" ? "share" : "count",
      }),
      span: 12,
      height: 16,
    },
  ];
}

const tabs: Page["tabs"] = [
  { name: "funnel-session", label: "tab.sessions" },
  { name: "funnel-customer", label: "tab.customers" },
];

export const funnelSession: Page = {
  name: "funnel-session",
  title: "page.funnels",
  tabs,
  cards: cardsOf("sessions"),
};

export const funnelCustomer: Page = {
  name: "funnel-customer",
  title: "page.funnels",
  tabs,
  cards: cardsOf("customers"),
};
