import { api, data, type Schemas } from "$/api/client";
import { Problem, problemOf } from "$/api/problem";
import { fieldsOf, hasActions, kinds, type Kind } from "./kinds";
import { fitOf, type Fits } from "./which_file";

export type ProbedColumn = Schemas["ProbedColumn"];
export type Suggestion = Schemas["MappingSuggestion"];
export type Preview = Schemas["SourcePreview"];
export type Validation = Schemas["Validation"];
type Body = Schemas["SourceDescription"];

const pollMilliseconds = 400;
const tooOften = 429;

/** Asks again a little later when the server says that it was too often (30 times a minute). */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.status !== tooOften) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 5000));
    }
  }
}

export function typeOf(name: string): "csv" | "parquet" {
  return name.toLowerCase().endsWith(".parquet") ? "parquet" : "csv";
}

export function suggest(kind: Kind, body: Body): Promise<Suggestion> {
  return patiently(() => data(api.POST("/api/v1/sources/{kind}/mapping", { params: { path: { kind } }, body })));
}

/** How well a file fits each table. What cannot be read at all is a Problem. */
export async function fitsOf(body: Body): Promise<Fits> {
  const found = await Promise.all(kinds.map(async (kind) => [kind, fitOf(kind, await suggest(kind, body))] as const));
  return Object.fromEntries(found) as Fits;
}

/** A source as it is being connected: its file, which column means what, and what a load would find. */
export class SourceDraft {
  readonly kind: Kind;
  readonly path: string;
  readonly name: string;
  readonly type: "csv" | "parquet";
  columns = $state.raw<readonly ProbedColumn[]>([]);
  /** Field: column; "" is none. */
  mapping = $state<Record<string, string>>({});
  actions = $state<string[]>([]);
  suggestion = $state.raw<Suggestion | null>(null);
  preview = $state.raw<Preview | null>(null);
  validation = $state.raw<Validation | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state<"reading" | "checking" | "saving" | null>(null);
  savedVersion = $state<number | null>(null);
  /** How the file is read, where that is not found out by itself. */
  options = $state<NonNullable<Body["options"]>>({});
  #tag: string;

  constructor(kind: Kind, file: { path: string; name: string; type?: "csv" | "parquet" }, saved?: Schemas["Source"]) {
    this.kind = kind;
    this.path = file.path;
    this.name = file.name;
    this.type = file.type ?? typeOf(file.name);
    this.options = { ...saved?.options };
    this.#tag = saved?.tag ?? "";
    if (saved?.columns) this.mapping = { ...saved.columns };
    if (saved?.actions) this.actions = [...saved.actions];
  }

  get missing(): readonly string[] {
    return fieldsOf[this.kind].filter(({ name, isRequired }) => isRequired && !this.mapping[name]).map(({ name }) => name);
  }

  get body(): Body {
    const columns = Object.fromEntries(Object.entries(this.mapping).filter(([, column]) => column !== ""));
    const body: Body = { type: this.type, path: this.path, columns, tag: this.#tag, options: this.options };
    return hasActions(this.kind) ? { ...body, actions: this.actions } : body;
  }

  /** The columns with samples, what they probably mean, and the first rows. A mapping that is there is
      kept where its columns are. */
  async read(): Promise<void> {
    await this.#work("reading", async () => {
      const bare = { type: this.type, path: this.path, options: $state.snapshot(this.options) };
      const [suggestion, preview] = await Promise.all([
        suggest(this.kind, bare),
        patiently(() =>
          data(
            api.POST("/api/v1/sources/{kind}/preview", {
              params: { path: { kind: this.kind }, query: { rows: 50 } },
              body: bare,
            }),
          ),
        ),
      ]);
      this.columns = suggestion.columns;
      this.suggestion = suggestion;
      this.preview = preview;
      if (Object.keys(this.mapping).length === 0) this.takeSuggestion();
      else this.#dropUnknown();
    });
  }

  takeSuggestion(): void {
    if (!this.suggestion) return;
    this.mapping = Object.fromEntries(this.suggestion.fields.map(({ field, column }) => [field, column]));
    this.actions = this.suggestion.actions.map(({ column }) => column);
    this.changed();
  }

  /** Reads the file another way; "" leaves it to be found out. */
  async setOption(name: "timezone" | "date_pattern" | "separator" | "decimal" | "encoding", value: string): Promise<void> {
    const others = Object.fromEntries(Object.entries(this.options).filter(([other]) => other !== name));
    this.options = value === "" ? others : { ...others, [name]: value };
    this.changed();
    await this.read();
  }

  /** What was found belongs to another mapping. */
  changed(): void {
    this.validation = null;
    this.problem = null;
    this.savedVersion = null;
  }

  async validate(): Promise<void> {
    await this.#work("checking", async () => {
      let job = await patiently(() =>
        data(api.POST("/api/v1/sources/{kind}/validate", { params: { path: { kind: this.kind } }, body: this.body })),
      );
      this.validation = job;
      while (job.state === "running") {
        await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
        job = await data(api.GET("/api/v1/validations/{id}", { params: { path: { id: job.id } } }));
        this.validation = job;
      }
      const error = job.error;
      if (error) throw new Problem(error);
    });
  }

  async cancelValidation(): Promise<void> {
    const id = this.validation?.id;
    if (id) await api.POST("/api/v1/validations/{id}/cancel", { params: { path: { id } } });
  }

  /** False when it could not be; `problem` says why. */
  async save(): Promise<boolean> {
    await this.#work("saving", async () => {
      const saved = await patiently(() =>
        data(api.PUT("/api/v1/sources/{kind}", { params: { path: { kind: this.kind } }, body: this.body })),
      );
      this.savedVersion = saved.version;
    });
    return this.problem === null;
  }

  #dropUnknown(): void {
    const known = new Set(this.columns.map(({ name }) => name));
    for (const [field, column] of Object.entries(this.mapping)) if (!known.has(column)) this.mapping[field] = "";
    this.actions = this.actions.filter((column) => known.has(column));
  }

  async #work(what: "reading" | "checking" | "saving", work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = what;
    this.problem = null;
    try {
      await work();
    } catch (thrown) {
      this.problem = problemOf(thrown);
    } finally {
      this.busy = null;
    }
  }
}
