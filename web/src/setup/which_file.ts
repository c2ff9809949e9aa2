// Which of some files is which table: by how well the server's suggestions of a mapping fit.
import type { Schemas } from "$/api/client";
import { fieldsOf, kinds, type Kind } from "./kinds";

type Suggestion = Pick<Schemas["MappingSuggestion"], "fields">;

export type Fits = Readonly<Record<Kind, number>>;

/** Below it a file is not taken for that table. */
export const leastFit = 0.5;

/** 0 to 1: how surely the required fields are there; each optional field counts a little. */
export function fitOf(kind: Kind, suggestion: Suggestion): number {
  const sure = new Map(suggestion.fields.map(({ field, confidence }) => [field, confidence]));
  const meanOf = (isRequired: boolean) => {
    const some = fieldsOf[kind].filter((field) => field.isRequired === isRequired);
    return some.reduce((sum, { name }) => sum + (sure.get(name) ?? 0), 0) / some.length;
  };
  return 0.9 * meanOf(true) + 0.1 * meanOf(false);
}

/** One table a file and one file a table, so that they fit best together; null: none of the tables.
    Tables in `taken` have a file already. */
export function tablesOf(
  files: ReadonlyMap<string, Fits>,
  taken: ReadonlySet<Kind> = new Set(),
): ReadonlyMap<string, Kind | null> {
  const free = kinds.filter((kind) => !taken.has(kind));
  const best = bestOf(free, files, new Map());
  return new Map([...files.keys()].map((file) => [file, best.chosen.get(file) ?? null]));
}

interface Choice {
  fit: number;
  chosen: ReadonlyMap<string, Kind>;
}

function bestOf(free: readonly Kind[], files: ReadonlyMap<string, Fits>, chosen: ReadonlyMap<string, Kind>): Choice {
  const [kind, ...rest] = free;
  if (kind === undefined) return { fit: 0, chosen };
  let best = bestOf(rest, files, chosen);
  for (const [file, fits] of files) {
    if (chosen.has(file) || fits[kind] < leastFit) continue;
    const further = bestOf(rest, files, new Map(chosen).set(file, kind));
    const fit = fits[kind] + further.fit;
    if (fit > best.fit) best = { fit, chosen: further.chosen };
  }
  return best;
}
