// What the detectors say of a day, taken apart: "sessions low (-5.1); purchased / sessions low (-4.5)".
import type { MessageId, Values } from "$/text/text";

/** A figure and how many usual deviations it was away from what was expected: below 0 it was low. */
export interface Reason {
  feature: string;
  deviations: number;
}

// Names of figures hold names of columns: anything may stand in them, also "; ".
const reason = /(.+?) (?:low|high) \(([+-]\d+(?:\.\d+)?)\)(?:; |$)/gs;

export function reasonsOf(text: string): Reason[] {
  return [...text.matchAll(reason)].map(([, feature = "", deviations]) => ({
    feature,
    deviations: Number(deviations),
  }));
}

/** How a figure is called, as a message; what is not known is called by its own name. */
export function featureMessage(feature: string): { id: MessageId; values: Values } {
  const download = /^first orders on day (\d+)$/.exec(feature);
  if (download) return { id: "alarm.feature.download", values: { day: Number(download[1]) } };
  const order = /^order (\d+) to (\d+) on day (\d+)$/.exec(feature);
  if (order) return { id: "alarm.feature.order", values: { to: order[2] ?? "", day: Number(order[3]) } };
  const step = /^(.+) \/ (.+)$/.exec(feature);
  if (step) return { id: "alarm.feature.step", values: { from: wordsOf(step[2] ?? ""), to: wordsOf(step[1] ?? "") } };
  return { id: "alarm.feature.other", values: { name: wordsOf(feature) } };
}

/** The name of a column in words: "order_screen" is "order screen", "has_basket" is "basket". */
function wordsOf(name: string): string {
  return name.replace(/^has_(?=.)/, "").replaceAll("_", " ").trim();
}
