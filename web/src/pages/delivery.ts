import type { Card, Choice, Page } from "$/cards/card";
import { durationOf, durations } from "$/views/delivery/durations";

const duration: Choice = {
  parameter: "duration",
  label: "choice.duration",
  options: durations.map((value) => ({ value, label: `duration.${value}` })),
};

// Of a place and week each: the newest are enough for a map, and the page says which weeks they are.
const places = { limit: 10_000, sort: "week", descending: true };

const cards: readonly Card[] = [
  {
    id: "durations",
    title: "card.durations",
    subtitle: "card.durations.about",
    reports: [{ name: "deliver_kpis" }],
    view: { kind: "durations" },
    span: 12,
    height: 7,
  },
  {
    id: "places",
    title: "card.map",
    subtitle: "card.map.about",
    reports: durations.map((name) => ({ name: `${name}_location`, ...places })),
    choices: [
      duration,
      {
        parameter: "colour",
        label: "choice.colour",
        options: [
          { value: "minutes", label: "choice.minutes" },
          { value: "abnormal", label: "choice.abnormalShare" },
        ],
      },
    ],
    shown: ({ duration }) => `${durationOf(duration)}_location`,
    view: ({ duration }) => ({ kind: "map", metric: durationOf(duration) }),
    span: 12,
    height: 26,
  },
  {
    id: "week-hours",
    title: "card.weekHours",
    subtitle: "card.weekHours.about",
    reports: durations.map((name) => ({ name: `${name}_weekday_hour_cells` })),
    choices: [duration],
    shown: ({ duration }) => `${durationOf(duration)}_weekday_hour_cells`,
    view: ({ duration }) => ({ kind: "weekHours", metric: durationOf(duration) }),
    span: 12,
    height: 16,
  },
  {
    id: "abnormal",
    title: "card.abnormal",
    subtitle: "card.abnormal.about",
    reports: durations.map((name) => ({ name, limit: 100, sort: "severity", descending: true })),
    choices: [
      duration,
      {
        parameter: "flags",
        label: "choice.flags",
        options: [
          { value: "all", label: "choice.flags.all" },
          { value: "three", label: "choice.flags.three" },
        ],
      },
    ],
    shown: ({ duration }) => durationOf(duration),
    view: ({ duration }) => ({ kind: "abnormal", metric: durationOf(duration) }),
    span: 12,
    height: 12,
  },
];

export const delivery: Page = {
  name: "delivery",
  title: "page.delivery",
  lead: "page.delivery.lead",
  filters: ["range", "dimension", "snapshot"],
  cards,
};
