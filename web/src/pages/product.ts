import type { Page } from "$/cards/card";
import { topCategories, topProducts } from "./shared";

export const product: Page = {
  name: "product",
  title: "page.product",
  cards: [
    {
      id: "pairs",
      title: "card.boughtTogether",
      subtitle: "card.boughtTogether.about",
      reports: [{ name: "most_combined_products", limit: 100, sort: "order_count", descending: true }],
      view: {
        kind: "rank",
        name: "products",
        value: "order_count",
        label: "series.orders",
        also: "lift",
        alsoLabel: "series.lift",
        first: 20,
      },
      span: 12,
      height: 18,
    },
    { ...topProducts, span: 6, height: 18 },
    { ...topCategories, span: 6, height: 18 },
    {
      id: "product-revenue",
      title: "card.productRevenue",
      subtitle: "card.productRevenue.about",
      reports: [{ name: "product_kpis", limit: 100, sort: "total_product_revenue_kpi", descending: true }],
      view: {
        kind: "rank",
        name: "products",
        value: "total_product_revenue_kpi",
        label: "series.revenue",
        also: "total_product_discount_kpi",
        alsoLabel: "series.discount",
      },
      span: 6,
      height: 18,
    },
    {
      id: "product-customers",
      title: "card.productCustomers",
      subtitle: "card.productCustomers.about",
      reports: [{ name: "product_kpis", limit: 100, sort: "total_product_revenue_kpi", descending: true }],
      view: {
        kind: "rank",
        name: "products",
        value: "total_product_cust_kpi",
        label: "series.customers",
        also: "average_product_sold_per_user_kpi",
        alsoLabel: "series.ordersEach",
      },
      span: 6,
      height: 18,
    },
  ],
};
