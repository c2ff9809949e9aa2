import { describe, expect, it } from "vitest";
import type { Schemas } from "$/api/client";
import { Problem } from "$/api/problem";
import type { Entry } from "./catalogue.svelte";
import { cardStateOf } from "$/cards/card_state";
import { filterQuery, filtersOf } from "$/state/filters";
import { comparedDates } from "$/state/words";
import { periodOf, staleDays } from "./freshness.svelte";
import { statesOf } from "./page_reports.svelte";
import { merged, questionOf } from "./question";

const answer = (rows: unknown[][]): Schemas["Report"] => ({
  report: "daily_orders",
  dimension: "main",
  as_of: "2026-11-21T06:12:00",
  run_id: "1",
  is_sample: false,
  columns: [{ name: "daily", type: "date", unit: "" }, { name: "orders", type: "integer", unit: "orders" }],
  rows,
  total_rows: rows.length,
});
const refusal = (code: string) => ({ report: "daily_orders", error: { code, message: "No.", hint: "", details: {} } });
const question = { reports: ["daily_orders"] };
const ask = (of: Parameters<typeof questionOf>[0], filters: Parameters<typeof questionOf>[1]) =>
  questionOf(of, filters, ["London", "Leeds", "Bath"]);
const stateOf = (answers: Parameters<typeof statesOf>[1]) => statesOf(question, answers).get("daily_orders");

describe("states of reports", () => {
  it("keeps populations that one card looks at apart from the page's", () => {
    const of = (dimension: string) => ({ ...answer([["2026-11-20", 3]]), dimension });
    const asked = { ...question, dimensions: ["Leeds"], options: { daily_orders: { dimensions: ["Leeds", "main"] } } };
    const state = statesOf(asked, [of("Leeds"), of("main")]).get("daily_orders");
    if (state?.kind !== "ready") throw new Error("not ready");
    expect(state.tables.all.map(({ dimension }) => dimension)).toEqual(["Leeds"]);
    expect(state.tables.of("main")?.dimension).toBe("main");
    expect(state.tables.of("Bath")).toBeNull();
  });

  it("is ready with what came, failed with why not, and failed where nothing came", () => {
    expect(stateOf([answer([["2026-11-20", 3]])])).toMatchObject({ kind: "ready" });
    expect(stateOf([refusal("E-SKIPPED")])).toMatchObject({ kind: "failed", problem: { code: "E-SKIPPED" } });
    expect(stateOf([])).toMatchObject({ kind: "failed", problem: { code: "E-PAGE" } });
  });
});

describe("states of cards", () => {
  const cardOf = (answers: Parameters<typeof statesOf>[1], reason = "") => {
    const state = stateOf(answers);
    if (!state) throw new Error("no state");
    return cardStateOf(state, { reason } as Entry, true);
  };

  it("tells no rows, a missing source, a missing column and failures apart", () => {
    expect(cardOf([answer([["2026-11-20", 3]])]).kind).toBe("ready");
    expect(cardOf([answer([])]).kind).toBe("empty-data");
    expect(cardOf([refusal("E-SEGMENT")])).toEqual({ kind: "empty-data", note: "No." });
    const missing = cardOf([refusal("E-NOT-CONFIGURED")], "no products source");
    expect(missing).toMatchObject({ kind: "empty-setup", source: "products", isConnected: false });
    const unmapped = cardOf([refusal("E-NOT-CONFIGURED")], "latitude and longitude are not mapped");
    expect(unmapped).toMatchObject({ kind: "empty-setup", source: "deliveries", isConnected: true });
    expect(cardOf([refusal("E-SKIPPED")]).kind).toBe("error");
  });

  it("says that nothing was computed before it says anything else", () => {
    const state = { kind: "failed", problem: new Problem({ code: "E-SNAPSHOT", message: "" }) } as const;
    expect(cardStateOf(state, null, false).kind).toBe("first-visit");
  });
});

describe("a stale snapshot", () => {
  const noon = new Date("2026-11-21T12:00:00Z").getTime();
  const daily = periodOf(["2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"]);

  it("is older than two periods", () => {
    expect(staleDays("2026-11-06", daily, noon)).toBe(15);
    expect(staleDays("2026-11-19", daily, noon)).toBeNull();
    expect(staleDays("2026-11-06", null, noon)).toBeNull();
  });

  it("takes the longest pause of a schedule", () => {
    expect(periodOf(["2026-11-20T00:00:00Z", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"])).toBe(3 * 86_400_000);
    expect(periodOf([])).toBeNull();
  });
});

describe("filters", () => {
  const read = (text: string) => filtersOf(new URLSearchParams(text), "2026-11-21");

  it("are what the address says, and nothing of what it says wrongly", () => {
    expect(read("range=7d&compare=year&dimension=Leeds,main,Bath&segment=lost")).toMatchObject({
      range: "7d",
      from: "2026-11-15",
      to: "2026-11-21",
      compare: "year",
      dimensions: ["Leeds", "Bath"],
      segment: "lost",
    });
    expect(read("range=soon&from=x&compare=maybe&dimension=")).toMatchObject({ range: null, from: null, compare: null, dimensions: [] });
  });

  it("go along from page to page and come back the same", () => {
    const text = "?from=2026-01-01&to=2026-02-01&compare=previous&dimension=Leeds,Bath%252C%20old&segment=at+risk";
    const kept = filterQuery(new URLSearchParams(`${text}&grain=weekly`));
    expect(kept).not.toContain("grain");
    expect(read(kept)).toEqual(read(text));
  });

  it("are asked once for all reports, and compared only where there is a begin", () => {
    const body = ask([{ name: "kpis" }, { name: "rfm", sample: 5000 }], read("range=7d&compare=previous"));
    expect(body).toMatchObject({
      reports: ["kpis", "rfm"],
      options: { rfm: { sample: 5000 } },
      from: "2026-11-15",
      compare: "previous",
    });
    expect(ask([{ name: "kpis" }], read("compare=previous"))).toEqual({ reports: ["kpis"], fallback: true });
  });

  it("leave a report that looks at the largest populations its own", () => {
    const use = { name: "daily_orders", largest: 2 };
    expect(ask([use], read("")).options).toEqual({ daily_orders: { dimensions: ["main", "London", "Leeds"] } });
    expect(ask([use], read("dimension=Leeds,Bath"))).toMatchObject({
      dimensions: ["Leeds", "Bath"],
      options: { daily_orders: { dimensions: ["Leeds", "Bath", "main", "London"] } },
    });
    expect(merged([use, { name: "daily_orders", limit: 5 }, { name: "kpis" }])).toEqual([
      { name: "daily_orders", largest: 2, limit: 5 },
      { name: "kpis" },
    ]);
  });

  it("compare with the days before, or those of the other year", () => {
    expect(comparedDates("2026-10-11", "2026-11-21", "previous")).toEqual({ from: "2026-08-30", to: "2026-10-10" });
    expect(comparedDates("2024-02-29", "2024-03-01", "year")).toEqual({ from: "2023-02-28", to: "2023-03-01" });
  });
});
