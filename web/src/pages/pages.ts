import type { Page } from "$/cards/card";
import { anomaly } from "./anomaly";
import { delivery } from "./delivery";
import { overall } from "./overall";

/** Every page of cards, by route. */
export const pages: ReadonlyMap<string, Page> = new Map([overall, anomaly, delivery].map((page) => [page.name, page]));
