import type { Page } from "$/cards/card";
import { abtestProduct, abtestPromotion, abtestSegments } from "./abtest";
import { anomaly } from "./anomaly";
import { clv } from "./clv";
import { cohorts } from "./cohorts";
import { delivery } from "./delivery";
import { funnelCustomer, funnelSession } from "./funnels";
import { overall } from "./overall";
import { customerSegmentation } from "./segments";

const all: readonly Page[] = [
  overall,
  funnelSession,
  funnelCustomer,
  cohorts,
  abtestPromotion,
  abtestProduct,
  abtestSegments,
  customerSegmentation,
  clv,
  anomaly,
  delivery,
];

/** Every page of cards, by route. */
export const pages: ReadonlyMap<string, Page> = new Map(all.map((page) => [page.name, page]));
