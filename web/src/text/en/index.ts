// The English catalogue, a file a part of the page. Messages are ICU: {name}, {count, plural, ...}.
import { cards } from "./cards";
import { charts } from "./charts";
import { filters } from "./filters";
import { pages } from "./pages";
import { runs } from "./runs";
import { setup } from "./setup";
import { shell } from "./shell";

export const en = { ...shell, ...filters, ...cards, ...charts, ...pages, ...runs, ...setup } as const;
