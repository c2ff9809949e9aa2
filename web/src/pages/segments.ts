import type { Card, Page } from "$/cards/card";

function clusters(metric: "recency" | "frequency" | "monetary"): Card {
  return {
    id: metric,
    title: `card.${metric}`,
    subtitle: `card.${metric}.about`,
    reports: [{ name: `${metric}_clusters` }],
    view: { kind: "clusters", score: `${metric}_segment`, value: metric },
    span: 4,
    height: 11,
  };
}

export const customerSegmentation: Page = {
  name: "customer-segmentation",
  title: "page.segments",
  tabs: [
    { name: "customer-segmentation", label: "page.segments" },
    { name: "rfm", label: "tab.rfm" },
  ],
  cards: [
    {
      id: "segments",
      title: "card.segmentMap",
      subtitle: "card.segmentMap.about",
      reports: [{ name: "segmentation" }],
      view: { kind: "treemap", name: "segments", value: "value", count: "client_count" },
      span: 5,
      height: 20,
    },
    {
      id: "flow",
      title: "card.flow",
      subtitle: "card.flow.about",
      reports: [{ name: "segment_flow" }],
      view: { kind: "sankey", from: "from", to: "to", value: "customers" },
      empty: "segment.flow.first",
      span: 7,
      height: 20,
    },
    {
      id: "segment-table",
      title: "card.segmentTable",
      subtitle: "card.segmentTable.about",
      reports: [{ name: "segment_table" }],
      view: { kind: "segmentTable" },
      span: 12,
      height: 28,
    },
    clusters("recency"),
    clusters("frequency"),
    clusters("monetary"),
  ],
};
