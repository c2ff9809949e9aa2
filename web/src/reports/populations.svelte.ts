import { api, data, workspaceOf } from "$/api/client";

export type Population = Awaited<ReturnType<typeof fetchDimensions>>["populations"][number];

function fetchDimensions(isDemo: boolean) {
  return data(api.GET("/api/v1/dimensions", { params: { query: workspaceOf(isDemo) } }));
}

/** The dimension of the shop: its name ("city") and its values. */
class Populations {
  /** Empty where no dimension is mapped. */
  dimension = $state("");
  /** All but main, by name. */
  values = $state.raw<readonly Population[]>([]);
  main = $state.raw<Population | null>(null);

  /** Without an answer there is nothing to choose: the page's own question tells of the failure. */
  async load(isDemo: boolean): Promise<void> {
    const answer = await fetchDimensions(isDemo).catch(() => null);
    if (answer === null) return;
    this.dimension = answer.dimension ?? "";
    this.values = answer.populations.filter((one) => !one.is_main);
    this.main = answer.populations.find((one) => one.is_main) ?? null;
  }

  /** The value behind a name ("Newcastle%20upon%20Tyne"); the name itself where it is unknown. */
  valueOf(name: string): string {
    return this.values.find((one) => one.name === name)?.value ?? name;
  }
}

export const populations = new Populations();
