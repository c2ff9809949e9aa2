import type { Page } from "$/cards/card";
import { abtestProduct, abtestPromotion, abtestSegments } from "./abtest";
import { anomaly } from "./anomaly";
import { churn } from "./churn";
import { clv } from "./clv";
import { cohorts } from "./cohorts";
import { customers } from "./customers";
import { delivery } from "./delivery";
import { funnelCustomer, funnelSession } from "./funnels";
import { overall } from "./overall";
import { product } from "./product";
import { promotion } from "./promotion";
import { rfm } from "./rfm";
import { customerSegmentation } from "./segments";
import { statsDescriptive, statsPurchase } from "./stats";

const all: readonly Page[] = [
  overall,
  customers,
  funnelSession,
  funnelCustomer,
  cohorts,
  statsPurchase,
  statsDescriptive,
  product,
  promotion,
  churn,
  abtestPromotion,
  abtestProduct,
  abtestSegments,
  rfm,
  customerSegmentation,
  clv,
  anomaly,
  delivery,
];

/** Every page of cards, by route. */
export const pages: ReadonlyMap<string, Page> = new Map(all.map((page) => [page.name, page]));
