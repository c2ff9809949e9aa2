import { api, data, type Schemas } from "$/api/client";
import { Problem, problemOf } from "$/api/problem";
import { besideOf, questionOf, type ReportUse } from "./question";
import { ReportTable, Tables } from "./table";
import type { Filters } from "$/state/filters";

export type ReportState =
  /** `tables` are those of the question before, to be shown at half strength. */
  | { kind: "loading"; tables: Tables | null }
  | { kind: "ready"; tables: Tables }
  | { kind: "failed"; problem: Problem };

/** The reports of a page: asked in one request for each change of its filters. An answer that comes
    after the next question is dropped. */
export class PageReports {
  #states = $state.raw<ReadonlyMap<string, ReportState>>(new Map());
  #asked: AbortController | null = null;
  #question = "";

  of(report: string): ReportState {
    return this.#states.get(report) ?? { kind: "loading", tables: null };
  }

  /** Asks, unless it is what was asked last; `again` asks in any case. `values` are those of the
      dimension, the largest first. */
  async ask(uses: readonly ReportUse[], filters: Filters, values: readonly string[], again = false): Promise<void> {
    const question = questionOf(uses, filters, values);
    const text = JSON.stringify(question);
    if (text === this.#question && !again) return;
    this.#question = text;
    this.#asked?.abort();
    const asked = new AbortController();
    this.#asked = asked;
    this.#states = new Map(uses.map(({ name }) => [name, { kind: "loading", tables: tablesOf(this.of(name)) }]));
    try {
      const answers = await data(api.POST("/api/v1/reports/query", { body: question, signal: asked.signal }));
      if (this.#asked === asked) this.#states = statesOf(question, answers);
    } catch (thrown) {
      if (this.#asked !== asked) return;
      const problem = problemOf(thrown);
      this.#states = new Map(uses.map(({ name }) => [name, { kind: "failed", problem }]));
    }
  }
}

function tablesOf(state: ReportState): Tables | null {
  return state.kind === "failed" ? null : state.tables;
}

type Answer = Schemas["Report"] | Schemas["UnansweredReport"];

/** What came back, by report. One that did not come back at all failed too. */
export function statesOf(question: Schemas["ReportQuestion"], answers: readonly Answer[]): Map<string, ReportState> {
  const states = new Map<string, ReportState>();
  for (const name of question.reports) {
    const others = besideOf(question, name);
    const tables: ReportTable[] = [];
    let problem: Problem | null = null;
    for (const answer of answers) {
      if (answer.report !== name) continue;
      if ("error" in answer) {
        problem = new Problem({ ...answer.error, details: answer.error.details as Record<string, string> });
      } else {
        tables.push(new ReportTable(answer));
      }
    }
    const isOther = (table: ReportTable) => others.includes(table.dimension);
    const ofPage = tables.filter((table) => !isOther(table));
    if (ofPage.length > 0) states.set(name, { kind: "ready", tables: new Tables(ofPage, tables.filter(isOther)) });
    else {
      problem ??= new Problem({ code: "E-PAGE", message: `The server did not answer ${name}.` });
      states.set(name, { kind: "failed", problem });
    }
  }
  return states;
}
