import { api, workspaceOf, type Schemas } from "$/api/client";
import type { CellReference } from "./card";

export type Members = Schemas["Members"];

export interface MembersQuestion {
  cell: CellReference;
  isDemo: boolean;
  sort: string;
  isDescending: boolean;
  limit: number;
  /** Of a page after the first. */
  cursor: string | null;
}

export interface MembersPage {
  members: Members;
  next: string | null;
}

export async function fetchMembers(of: MembersQuestion, signal: AbortSignal): Promise<MembersPage> {
  const { data, response } = await api.GET("/api/v1/reports/{name}/members", {
    params: { path: { name: of.cell.report }, query: queryOf(of) },
    signal,
  });
  return { members: data as Members, next: cursorOf(response.headers.get("Link")) };
}

/** More than any shop has. */
const everybody = 100_000_000;

/** All of them as a file, in this order. */
export function membersAddress(of: MembersQuestion): string {
  const query = new URLSearchParams({ format: "csv" });
  for (const [name, value] of Object.entries(queryOf(of))) query.set(name, String(value));
  // Without a limit the server gives a page of them.
  query.set("limit", String(everybody));
  query.delete("cursor");
  return `/api/v1/reports/${encodeURIComponent(of.cell.report)}/members?${query.toString()}`;
}

function queryOf({ cell, isDemo, sort, isDescending, limit, cursor }: MembersQuestion) {
  return {
    cell: JSON.stringify({ key: cell.key, column: cell.column }),
    dimension: [cell.dimension],
    ...(cell.from !== null ? { from: cell.from } : {}),
    ...(cell.to !== null ? { to: cell.to } : {}),
    ...(cell.segment != null ? { segment: cell.segment } : {}),
    ...workspaceOf(isDemo),
    sort,
    descending: isDescending,
    limit,
    ...(cursor !== null ? { cursor } : {}),
  };
}

/** The cursor in `<...&cursor=200-ab12>; rel="next"`. */
export function cursorOf(link: string | null): string | null {
  const address = link === null ? null : /<([^>]*)>;\s*rel="?next"?/.exec(link)?.[1];
  return address == null ? null : new URL(address, "http://server").searchParams.get("cursor");
}
