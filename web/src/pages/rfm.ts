import type { Card, Choice, Page } from "$/cards/card";
import type { MessageId } from "$/text/text";

/** For drawing; the counts stay those of all customers. */
const sample = 5000;

const unit: Choice = {
  parameter: "unit",
  label: "choice.timeUnit",
  options: [
    { value: "d", label: "choice.days" },
    { value: "h", label: "choice.hours" },
  ],
};

const dimensions: Choice = {
  parameter: "space",
  label: "choice.space",
  options: [
    { value: "3d", label: "choice.space.three" },
    { value: "flat", label: "choice.space.flat" },
  ],
};

export const rfmInSpace: Omit<Card, "span"> = {
  id: "rfm",
  title: "card.rfm",
  subtitle: "card.rfm.about",
  reports: [{ name: "rfm", sample }],
  choices: [dimensions, unit],
  view: ({ space, unit }) => ({
    kind: "scatter3d",
    x: "recency",
    y: "frequency",
    z: "monetary",
    color: "segments",
    name: "client",
    isFlat: space === "flat",
    inHours: unit === "h",
  }),
};

function pair(
  id: string,
  title: MessageId,
  subtitle: MessageId,
  [x, y]: readonly [string, string],
): Card {
  return {
    id,
    title,
    subtitle,
    reports: [{ name: id.replace("-", "_"), sample }],
    choices: [{ ...unit, isElsewhere: true }],
    view: ({ unit }) => ({
      kind: "scatter",
      x,
      y,
      color: "segments_numeric",
      name: "client",
      log: { x: true, y: true },
      inHours: unit === "h",
    }),
    span: 6,
    height: 22,
  };
}

export const rfm: Page = {
  name: "rfm",
  title: "page.rfm",
  lead: "page.rfm.lead",
  tabs: [
    { name: "customer-segmentation", label: "page.segments" },
    { name: "rfm", label: "tab.rfm" },
  ],
  cards: [
    { ...rfmInSpace, span: 6, height: 22 },
    pair("recency-monetary", "card.recencyMonetary", "card.recencyMonetary.about", ["recency", "monetary"]),
    pair("frequency-recency", "card.frequencyRecency", "card.frequencyRecency.about", ["frequency", "recency"]),
    pair("monetary-frequency", "card.monetaryFrequency", "card.monetaryFrequency.about", ["monetary", "frequency"]),
  ],
};
