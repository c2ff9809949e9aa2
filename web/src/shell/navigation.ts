// The sidebar: which pages, in which order, under which key.
import type { IconName } from "$/design/icons";
import type { MessageId } from "$/text/text";

export interface NavigationEntry {
  /** The route. */
  name: string;
  label: MessageId;
  icon: IconName;
  /** After "g". */
  key?: string;
  /** Pages that are reached from there by tabs or steps. */
  also?: readonly string[];
  /** Pages below it, shown while one of them is. */
  sub?: readonly { name: string; label: MessageId }[];
}

export interface NavigationGroup {
  label: MessageId;
  entries: readonly NavigationEntry[];
}

export const navigation: readonly NavigationGroup[] = [
  {
    label: "nav.dashboards",
    entries: [
      { name: "index", label: "nav.overall", icon: "home", key: "o" },
      { name: "index2", label: "nav.customers", icon: "people" },
    ],
  },
  {
    label: "nav.exploratory",
    entries: [
      { name: "funnel-session", label: "nav.funnels", icon: "funnel", key: "f", also: ["funnel-customer"] },
      { name: "cohorts", label: "nav.cohorts", icon: "cohorts", key: "c" },
      { name: "stats-purchase", label: "nav.purchase", icon: "bars" },
      { name: "stats-desc", label: "nav.descriptive", icon: "scatter" },
      { name: "product", label: "nav.products", icon: "box" },
      { name: "promotion", label: "nav.promotions", icon: "tag" },
      { name: "churn", label: "nav.churn", icon: "ring" },
    ],
  },
  {
    label: "nav.ml",
    entries: [
      {
        name: "abtest-promotion",
        label: "nav.tests",
        icon: "flask",
        key: "t",
        sub: [
          { name: "abtest-promotion", label: "nav.tests.promotion" },
          { name: "abtest-product", label: "nav.tests.product" },
          { name: "abtest-segments", label: "nav.tests.segments" },
        ],
      },
      { name: "rfm", label: "nav.segments", icon: "segments", key: "s", also: ["customer-segmentation"] },
      { name: "clv", label: "nav.clv", icon: "trend", key: "l" },
      { name: "anomaly", label: "nav.anomalies", icon: "pulse", key: "a" },
      { name: "delivery", label: "nav.deliveries", icon: "truck", key: "v" },
    ],
  },
  {
    label: "nav.data",
    entries: [
      {
        name: "sources",
        label: "nav.sources",
        icon: "plug",
        key: "d",
        also: ["data-es", "add-data-purchase", "add-data-product", "add-data-delivery"],
      },
      { name: "runs", label: "nav.runs", icon: "clock", key: "r", also: ["run", "data-execute"], sub: [{ name: "runs", label: "runs.title" }, { name: "schedule", label: "schedule.title" }] },
      { name: "data-quality", label: "nav.quality", icon: "shield", key: "q" },
    ],
  },
];

/** Whether a page is that entry's or below it. */
export function isAt(entry: NavigationEntry, page: string): boolean {
  return (
    entry.name === page ||
    (entry.also?.includes(page) ?? false) ||
    (entry.sub?.some(({ name }) => name === page) ?? false)
  );
}

/** The groups with only those pages that there are. */
export function navigationOf(isKnown: (name: string) => boolean): NavigationGroup[] {
  return navigation
    .map(({ label, entries }) => ({
      label,
      entries: entries
        .filter(({ name }) => isKnown(name))
        .map((entry) => (entry.sub ? { ...entry, sub: entry.sub.filter(({ name }) => isKnown(name)) } : entry)),
    }))
    .filter(({ entries }) => entries.length > 0);
}
