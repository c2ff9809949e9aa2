import { describe, expect, it } from "vitest";
import type { Kind } from "./kinds";
import { fitOf, tablesOf, type Fits } from "./which_file";

function suggestion(fields: Record<string, number>) {
  return {
    fields: Object.entries(fields).map(([field, confidence]) => ({ field, column: field, confidence, reason: "" })),
  };
}

function fits(of: Partial<Record<Kind, number>>): Fits {
  return { sessions: 0, customers: 0, products: 0, deliveries: 0, ...of };
}

// What the server suggests for files of the demo shop.
const visits = {
  sessions: suggestion({
    order_id: 0.95, client: 0.95, session_start_date: 0.95, payment_amount: 0.76, date: 0.95,
    discount_amount: 0.76, has_purchased: 0.95, promotion_id: 0.76, dimension: 0.8,
  }),
  customers: suggestion({ client: 0.95, download_date: 0.2 }),
  products: suggestion({ order_id: 0.95 }),
  deliveries: suggestion({ order_id: 0.95, delivery_date: 0.2 }),
};

describe("how a file fits a table", () => {
  it("goes by the required fields", () => {
    expect(fitOf("sessions", visits.sessions)).toBeCloseTo(0.897, 3);
    expect(fitOf("customers", visits.customers)).toBeCloseTo(0.5175, 3);
    expect(fitOf("products", visits.products)).toBeCloseTo(0.285, 3);
    expect(fitOf("products", suggestion({}))).toBe(0);
  });
});

describe("which file is which table", () => {
  it("is what fits best together", () => {
    const found = tablesOf(
      new Map([
        ["drops.csv", fits({ deliveries: 0.94, sessions: 0.3 })],
        ["visits.csv", fits({ sessions: 0.9, customers: 0.52, deliveries: 0.52 })],
        ["people.csv", fits({ customers: 0.95, sessions: 0.26 })],
        ["lines.csv", fits({ products: 0.97 })],
      ]),
    );
    expect(Object.fromEntries(found)).toEqual({
      "drops.csv": "deliveries",
      "visits.csv": "sessions",
      "people.csv": "customers",
      "lines.csv": "products",
    });
  });

  it("gives up a better fit of one file for a better sum", () => {
    const found = tablesOf(
      new Map([
        ["a.csv", fits({ sessions: 0.9, customers: 0.85 })],
        ["b.csv", fits({ sessions: 0.88 })],
      ]),
    );
    expect(Object.fromEntries(found)).toEqual({ "a.csv": "customers", "b.csv": "sessions" });
  });

  it("takes no file for what it hardly fits, and no second one for a table", () => {
    const found = tablesOf(
      new Map([
        ["jan.csv", fits({ sessions: 0.9 })],
        ["feb.csv", fits({ sessions: 0.9 })],
        ["notes.csv", fits({ products: 0.3 })],
      ]),
    );
    expect(Object.fromEntries(found)).toEqual({ "jan.csv": "sessions", "feb.csv": null, "notes.csv": null });
  });

  it("leaves tables alone that have a file", () => {
    const found = tablesOf(new Map([["feb.csv", fits({ sessions: 0.9, customers: 0.6 })]]), new Set(["sessions"]));
    expect(found.get("feb.csv")).toBe("customers");
  });
});
