import { t } from "$/text/text";

/** Segments by their number, which never changes. */
const numbered = [
  "champions", "loyal customers", "potential loyalist", "new customers", "promising", "need attention",
  "about to sleep", "at risk", "can`t lose them", "hibernating", "lost", "others",
];

/** The segment that a column holds by name or by number. */
export function segmentOf(cell: string): string {
  return /^\d+$/.test(cell) ? (numbered[Number(cell)] ?? "others") : cell;
}

/** A segment as it is read: the reports write "can`t lose them". */
export function segmentName(segment: string): string {
  return segment === "" ? t("chart.unnamed") : segment.replaceAll("`", "\u2019");
}
