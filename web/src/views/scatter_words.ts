import type { CellReference } from "$/cards/card";
import type { ReportTable } from "$/reports/table";
import { isMessage, t } from "$/text/text";
import { columnName } from "./cells";

/** What an axis of a scatter is called. */
export function axisName(report: string, column: string): string {
  const id = `axis.${column}`;
  return isMessage(id) ? t(id) : columnName(report, column);
}

/** The orders of one customer, as the panel of members shows them. */
export function ordersOf(client: string, table: ReportTable): CellReference {
  const { dimension, from, to } = table;
  return { report: "rfm", dimension, key: { client }, column: "monetary", from, to, about: client };
}
