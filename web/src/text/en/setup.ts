export const setup = {
  "setup.sessions": "Sessions",
  "setup.customers": "Customers",
  "setup.products": "Baskets",
  "setup.deliveries": "Deliveries",
  "setup.sessions.about": "one row per visit, with or without a purchase",
  "setup.customers.about": "one row per customer, with the download date",
  "setup.products.about": "one row per product of an order",
  "setup.deliveries.about": "one row per delivery",
} as const;
