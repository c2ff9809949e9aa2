import type { CellReference } from "$/cards/card";

/** More than any shop's customers: the file holds all of them. */
const everybody = 100_000_000;

/** Where the customers behind a cell are had as a CSV file, under the page's snapshot and workspace. */
export function membersFile(cell: CellReference, page: URLSearchParams): string {
  const query = new URLSearchParams({
    cell: JSON.stringify({ key: cell.key, column: cell.column }),
    format: "csv",
    limit: String(everybody),
  });
  if (cell.dimension !== "main") query.set("dimension", cell.dimension);
  if (cell.from !== null) query.set("from", cell.from);
  if (cell.to !== null) query.set("to", cell.to);
  const segment = cell.segment ?? page.get("segment");
  if (segment !== null && segment !== "") query.set("segment", segment);
  if (page.get("workspace") === "demo") query.set("workspace", "demo");
  return `/api/v1/reports/${encodeURIComponent(cell.report)}/members?${query}`;
}
