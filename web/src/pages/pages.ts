import type { Page } from "$/cards/card";
import { delivery } from "./delivery";
import { overall } from "./overall";

/** Every page of cards, by route. */
export const pages: ReadonlyMap<string, Page> = new Map([overall, delivery].map((page) => [page.name, page]));
