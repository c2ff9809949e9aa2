import type { Tables } from "$/reports/table";

export type FileFormat = "csv" | "parquet" | "json";

/** Where a card's report is had as a file: what was answered, asked again without its samples and limits. */
export function fileAddress(
  tables: Tables,
  format: FileFormat,
  of: { snapshot: string | null; isDemo: boolean },
): string {
  const { first } = tables;
  const query = new URLSearchParams({ format });
  const populations = [...new Set(tables.all.map((table) => table.dimension))];
  if (populations.join() !== "main") query.set("dimension", populations.join());
  if (first.from !== null) query.set("from", first.from);
  if (first.to !== null) query.set("to", first.to);
  const compared = tables.all.find((table) => table.period !== "current");
  if (compared) query.set("compare", compared.period);
  if (first.segment !== null) query.set("segment", first.segment);
  if (of.snapshot !== null) {
    query.set("snapshot", of.snapshot);
    query.set("nearest", "true");
  }
  if (of.isDemo) query.set("workspace", "demo");
  return `/api/v1/reports/${encodeURIComponent(first.report)}?${query.toString().replaceAll("%2C", ",")}`;
}
