import type { Card, Page } from "$/cards/card";
import type { MessageId } from "$/text/text";

function perDay(id: string, title: MessageId, subtitle: MessageId, report: string, column: string, canAdd: boolean): Card {
  return {
    id,
    title,
    subtitle,
    reports: [{ name: report }],
    view: {
      kind: "line",
      x: "daily",
      series: [{ column }],
      by: { column: "promotion_id", top: 5, ...(canAdd ? { others: "chart.others" as const } : {}) },
    },
    span: 6,
  };
}

export const promotion: Page = {
  name: "promotion",
  title: "page.promotion",
  lead: "page.promotion.lead",
  cards: [
    {
      id: "organic",
      title: "card.organic",
      subtitle: "card.organic.about",
      reports: [{ name: "daily_orders" }, { name: "daily_organic_orders" }],
      view: {
        kind: "line",
        x: "daily",
        isArea: false,
        series: [
          { report: "daily_organic_orders", column: "order_count", label: "series.organic", color: "--accent" },
          {
            column: "orders",
            less: { report: "daily_organic_orders", column: "order_count" },
            label: "series.inorganic",
            color: "--c2",
          },
        ],
      },
      span: 12,
      height: 16,
    },
    {
      id: "promotions",
      title: "card.promotions",
      subtitle: "card.promotions.about",
      reports: [{ name: "promotion_kpis" }],
      view: {
        kind: "table",
        columns: [
          "promotion_id", "client_count", "order_count_total", "active_days", "order_count", "total_revenue", "total_discount",
        ],
      },
      span: 12,
      height: 20,
    },
    perDay("ratio", "card.ratio", "card.ratio.about", "daily_inorganic_ratio", "inorganic_ratio", false),
    perDay(
      "promotion-orders",
      "card.promotionOrders",
      "card.promotionOrders.about",
      "inorganic_orders_per_promotion_per_day",
      "order_count",
      true,
    ),
    perDay("promotion-revenue", "card.promotionRevenue", "card.promotionRevenue.about", "daily_promotion_revenue", "total_revenue", true),
    perDay("promotion-discount", "card.promotionDiscount", "card.promotionDiscount.about", "daily_promotion_discount", "total_discount", true),
    {
      id: "organic-hours",
      title: "card.organicHours",
      subtitle: "card.organicHours.about",
      reports: [{ name: "hourly_organic_orders" }],
      view: { kind: "bars", x: "hourly", series: [{ column: "order_count", label: "series.ordersADay" }] },
      span: 6,
    },
    {
      id: "ratio-hours",
      title: "card.ratioHours",
      subtitle: "card.ratioHours.about",
      reports: [{ name: "hourly_inorganic_ratio" }],
      view: {
        kind: "line",
        x: "hourly",
        series: [{ column: "inorganic_ratio" }],
        by: { column: "promotion_id", top: 5 },
      },
      span: 6,
    },
    {
      id: "promotion-customers",
      title: "card.promotionCustomers",
      subtitle: "card.promotionCustomers.about",
      reports: [{ name: "promotion_number_of_customer" }],
      view: { kind: "rank", name: "promotion_id", value: "client_count", label: "series.customers" },
      span: 6,
      height: 18,
    },
    {
      id: "promotion-per-customer",
      title: "card.promotionPerCustomer",
      subtitle: "card.promotionPerCustomer.about",
      reports: [{ name: "avg_order_count_per_promo_per_cust" }],
      view: { kind: "rank", name: "promotion_id", value: "average_order_count", label: "series.ordersEach" },
      span: 6,
      height: 18,
    },
  ],
};
