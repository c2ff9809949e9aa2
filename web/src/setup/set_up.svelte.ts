import { api, data, type Schemas } from "$/api/client";
import { Problem, problemOf } from "$/api/problem";
import { session } from "$/state/session.svelte";
import { fitsOf, SourceDraft, typeOf } from "./draft.svelte";
import { type Kind, kinds } from "./kinds";
import { type Sending, send, type Uploaded } from "./upload";
import { type Fits, tablesOf } from "./which_file";

export type Source = Schemas["Source"];

/** A file on its way to be a source. */
export class FileItem {
  readonly name: string;
  readonly bytes: number;
  sent = $state(0);
  state = $state<"sending" | "reading" | "ready" | "failed">("sending");
  problem = $state.raw<Problem | null>(null);
  kind = $state<Kind | null>(null);
  /** The person said which table it is. */
  isChosen = $state(false);
  upload: Uploaded | null = null;
  fits: Fits | null = null;
  sending: Sending | null = null;

  constructor(name: string, bytes: number) {
    this.name = name;
    this.bytes = bytes;
  }
}

/** What a workspace needs before its first run, as the server has it, and the files that are coming. */
export class SetUp {
  sources = $state.raw<readonly Source[]>([]);
  settings = $state.raw<Readonly<Record<string, string>>>({});
  files = $state<FileItem[]>([]);
  drafts = $state.raw<ReadonlyMap<Kind, SourceDraft>>(new Map());
  isLoaded = $state(false);
  problem = $state.raw<Problem | null>(null);

  source(kind: Kind): Source | null {
    const found = this.sources.find((one) => one.kind === kind);
    return found?.is_connected ? found : null;
  }

  get hasZone(): boolean {
    return (this.settings["workspace.timezone"] ?? "") !== "";
  }

  async load(): Promise<void> {
    try {
      this.sources = (await data(api.GET("/api/v1/sources"))).sources;
      // Who may not change sources has nothing to set up either.
      if (session.may("sources")) this.settings = (await data(api.GET("/api/v1/configuration"))).settings;
      this.problem = null;
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
    this.isLoaded = true;
  }

  /** Files that came before and that no source reads yet: where somebody left off. */
  async resume(): Promise<void> {
    const mostResumed = 4;
    const { uploads } = await data(api.GET("/api/v1/uploads"));
    const read = this.sources.map(({ path }) => path);
    const left = uploads.filter(({ is_complete, path }) => is_complete && path !== null && !read.includes(path));
    const items = left.slice(0, mostResumed).map((upload) => {
      const item = this.#add(upload.name, upload.bytes);
      item.upload = upload;
      return item;
    });
    await Promise.all(items.map((item) => this.#read(item)));
    this.#choose();
  }

  /** Sends files and finds out which is which. */
  async take(files: readonly File[]): Promise<void> {
    const items = files.map((file) => ({ file, item: this.#add(file.name, file.size) }));
    await Promise.all(
      items.map(async ({ file, item }) => {
        try {
          item.sending = send(file, (bytes) => (item.sent = bytes));
          item.upload = await item.sending.done;
          await this.#read(item);
        } catch (thrown) {
          this.#fail(item, thrown);
        }
      }),
    );
    this.#choose();
  }

  /** The person corrects what a file is; whichever file was that before is it no more. */
  assign(item: FileItem, kind: Kind | null): void {
    for (const other of this.files) if (other !== item && other.kind === kind) other.kind = null;
    item.kind = kind;
    item.isChosen = true;
    this.#draft();
  }

  async remove(item: FileItem): Promise<void> {
    item.sending?.cancel();
    this.files = this.files.filter((one) => one !== item);
    this.#draft();
    const id = item.upload?.id;
    if (id) await api.DELETE("/api/v1/uploads/{id}", { params: { path: { id } } }).catch(() => undefined);
  }

  async saveSettings(changes: Readonly<Record<string, string>>): Promise<void> {
    const settings = { ...this.settings, ...changes };
    this.settings = (await data(api.PUT("/api/v1/configuration", { body: { settings } }))).settings;
  }

  async save(draft: SourceDraft): Promise<boolean> {
    const isSaved = await draft.save();
    if (isSaved) await this.load();
    return isSaved;
  }

  /** Sessions first, which the others are checked against. True when all could be saved. */
  async saveAll(): Promise<boolean> {
    for (const kind of kinds) {
      const draft = this.drafts.get(kind);
      if (draft && draft.savedVersion === null && !(await this.save(draft))) return false;
    }
    return true;
  }

  #add(name: string, bytes: number): FileItem {
    this.files.push(new FileItem(name, bytes));
    // What the list gives back is reactive.
    return this.files.at(-1) as FileItem;
  }

  async #read(item: FileItem): Promise<void> {
    item.state = "reading";
    try {
      const path = item.upload?.path;
      if (!path) throw new Problem({ code: "E-FILE", message: "The file did not arrive." });
      item.fits = await fitsOf({ type: typeOf(item.name), path });
      item.state = "ready";
    } catch (thrown) {
      this.#fail(item, thrown);
    }
  }

  #fail(item: FileItem, thrown: unknown): void {
    const { code, message, hint } = problemOf(thrown);
    // Where the server keeps it says nothing to whoever sent it.
    const path = item.upload?.path;
    item.problem = new Problem({ code, message: path ? message.replaceAll(path, item.name) : message, hint });
    item.state = "failed";
    if (item.problem.code === "E-CANCELLED") this.files = this.files.filter((one) => one !== item);
  }

  #choose(): void {
    const open = this.files.filter(({ state, isChosen }) => state === "ready" && !isChosen);
    const taken = new Set(this.files.flatMap(({ isChosen, kind }) => (isChosen && kind ? [kind] : [])));
    const fits = new Map(open.map((item, index) => [String(index), item.fits as Fits]));
    for (const [index, kind] of tablesOf(fits, taken)) {
      const item = open[Number(index)];
      if (item) item.kind = kind;
    }
    this.#draft();
  }

  #draft(): void {
    const drafts = new Map<Kind, SourceDraft>();
    for (const { kind, upload, name } of this.files) {
      if (!kind || !upload?.path) continue;
      const known = this.drafts.get(kind);
      const draft = known?.path === upload.path ? known : new SourceDraft(kind, { path: upload.path, name });
      if (draft !== known) void draft.read();
      drafts.set(kind, draft);
    }
    this.drafts = drafts;
  }
}
