import { isMessage, t } from "$/text/text";

/** A segment as it is read: the reports write "can`t lose them". */
export function segmentName(segment: string): string {
  const id = `segment.${segment}`;
  if (isMessage(id)) return t(id);
  return segment === "" ? t("chart.unnamed") : segment.replaceAll("`", "\u2019");
}
