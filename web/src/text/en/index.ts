// The English catalogue, a file a part of the page. Messages are ICU: {name}, {count, plural, ...}.
import { anomaly } from "./anomaly";
import { cards } from "./cards";
import { charts } from "./charts";
import { delivery } from "./delivery";
import { filters } from "./filters";
import { pages } from "./pages";
import { runs } from "./runs";
import { setup } from "./setup";
import { shell } from "./shell";

export const en = { ...shell, ...filters, ...cards, ...charts, ...pages, ...anomaly, ...delivery, ...runs, ...setup } as const;
