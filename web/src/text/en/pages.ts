// Titles of pages and cards, and a line each about what is drawn.
export const pages = {
  "page.overall": "Overall",
  "page.customers": "Customers",
  "card.dailyOrders": "Orders",
  "card.dailyOrders.about": "Orders per period",
} as const;
