// The four tables of a shop and their fields, as docs/sources.md lists them.
import type { Schemas } from "$/api/client";
import type { MessageId } from "$/text/text";

export type Kind = Schemas["Source"]["kind"];

export interface Field {
  name: string;
  isRequired: boolean;
}

function fields(required: readonly string[], optional: readonly string[]): readonly Field[] {
  return [
    ...required.map((name) => ({ name, isRequired: true })),
    ...optional.map((name) => ({ name, isRequired: false })),
  ];
}

export const kinds: readonly Kind[] = ["sessions", "customers", "products", "deliveries"];

export const fieldsOf: Readonly<Record<Kind, readonly Field[]>> = {
  sessions: fields(
    ["order_id", "client", "session_start_date", "payment_amount"],
    ["has_purchased", "date", "discount_amount", "promotion_id", "dimension"],
  ),
  customers: fields(["client", "download_date"], ["signup_date"]),
  products: fields(["order_id", "product", "price"], ["category", "quantity"]),
  deliveries: fields(["order_id", "delivery_date"], ["prepare_date", "return_date", "latitude", "longitude"]),
};

/** Whether columns can be actions, steps of a funnel. */
export function hasActions(kind: Kind): boolean {
  return kind === "sessions" || kind === "customers";
}

/** An uploaded file as the person called it: its id stands in front of it in the imports. */
export function fileName(path: string): string {
  const name = path.split("/").at(-1) ?? path;
  return name.replace(/^[0-9a-f]{16}-/, "");
}

export const kindNames: Readonly<Record<Kind, MessageId>> = {
  sessions: "setup.sessions",
  customers: "setup.customers",
  products: "setup.products",
  deliveries: "setup.deliveries",
};

export const kindAbouts: Readonly<Record<Kind, MessageId>> = {
  sessions: "setup.sessions.about",
  customers: "setup.customers.about",
  products: "setup.products.about",
  deliveries: "setup.deliveries.about",
};
