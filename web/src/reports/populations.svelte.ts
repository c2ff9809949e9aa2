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
  /** The workspace they are of; null until they are known, or known to be out of reach. */
  #isOfDemo = $state<boolean | null>(null);
  readonly #bySize = $derived([...this.values].sort((a, b) => b.sessions - a.sessions).map(({ name }) => name));

  /** Without an answer there is nothing to choose: the page's own question tells of the failure. */
  async load(isDemo: boolean): Promise<void> {
    const answer = await fetchDimensions(isDemo).catch(() => null);
    this.#isOfDemo = isDemo;
    if (answer === null) return;
    this.dimension = answer.dimension ?? "";
    this.values = answer.populations.filter((one) => !one.is_main);
    this.main = answer.populations.find((one) => one.is_main) ?? null;
  }

  isLoaded(isDemo: boolean): boolean {
    return this.#isOfDemo === isDemo;
  }

  /** The names of all values, the largest first. */
  get largest(): readonly string[] {
    return this.#bySize;
  }

  /** The name of a value; what is a name already, or unknown, as it is. */
  nameOf(text: string): string {
    return this.values.find((one) => one.value === text)?.name ?? text;
  }

  /** The value behind a name ("Newcastle%20upon%20Tyne"); the name itself where it is unknown. */
  valueOf(name: string): string {
    return this.values.find((one) => one.name === name)?.value ?? name;
  }
}

export const populations = new Populations();
