// Every page of cards.

/** Routes and titles (product.md 1.0.3). */
export const pages = {
  index: "Overall",
  index2: "Customers",
  "funnel-session": "Funnels",
  "funnel-customer": "Funnels",
  cohorts: "Cohorts",
  "stats-purchase": "Purchase stats",
  "stats-desc": "Descriptive stats",
  product: "Products",
  promotion: "Promotions",
  churn: "Churn",
  "abtest-promotion": "A/B tests",
  "abtest-product": "A/B tests",
  "abtest-segments": "A/B tests",
  rfm: "RFM",
  "customer-segmentation": "Segments",
  clv: "CLV prediction",
  anomaly: "Anomalies",
  delivery: "Deliveries",
} as const;
