import { api, data, workspaceOf, type Schemas } from "$/api/client";

export type Entry = Schemas["CatalogueEntry"];
export type SnapshotInForce = NonNullable<Awaited<ReturnType<typeof fetchCatalogue>>["snapshot"]>;

function fetchCatalogue(isDemo: boolean) {
  return data(api.GET("/api/v1/reports", {
      params: { query: { extras: true, ...workspaceOf(isDemo) } },
    }));
}

/** Every report there is: what its columns hold and count, how it is drawn, whether this workspace has it. */
class Catalogue {
  #entries = $state.raw<ReadonlyMap<string, Entry>>(new Map());
  /** What is in force: its day, zone and currency; null before the first run. */
  snapshot = $state.raw<SnapshotInForce | null>(null);
  /** What the workspace is called; empty where nobody has said. */
  name = $state("");
  isLoaded = $state(false);

  async load(isDemo: boolean): Promise<void> {
    const answer = await fetchCatalogue(isDemo);
    this.#entries = new Map(answer.reports.map((entry) => [entry.name, entry]));
    this.snapshot = answer.snapshot ?? null;
    this.name = answer.workspace.name;
    this.isLoaded = true;
  }

  get all(): readonly Entry[] {
    return [...this.#entries.values()];
  }

  find(report: string): Entry | null {
    return this.#entries.get(report) ?? null;
  }

  /** Whether the members of a cell in this column can be listed (ruling 64). A column of an action
      or an offset stands in the catalogue under a pattern ("daily_<action>"). */
  column(report: string, column: string): Entry["columns"][number] | null {
    const columns = this.find(report)?.columns ?? [];
    return (
      columns.find((one) => one.name === column) ??
      columns.find((one) => one.name.includes("<") && patternOf(one.name).test(column)) ??
      null
    );
  }

  /** The last day of the data. */
  get newest(): string | null {
    return this.snapshot?.as_of.slice(0, 10) ?? null;
  }
}

function patternOf(name: string): RegExp {
  const parts = name.split(/<[^>]*>/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".+")}$`);
}

export const catalogue = new Catalogue();
