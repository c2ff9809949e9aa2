import type { Page } from "$/cards/card";
import { overall } from "./overall";

/** Every page of cards, by route. */
export const pages: ReadonlyMap<string, Page> = new Map([overall].map((page) => [page.name, page]));
