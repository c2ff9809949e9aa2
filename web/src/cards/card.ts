// What a page says of its cards. A card is data: the reports it needs, what it is called, which view
// draws it with which columns. A new report needs an entry here and no new component.
import type { Component } from "svelte";
import type { PageReports } from "$/reports/page_reports.svelte";
import type { Filters } from "$/state/filters";
import type { MessageId } from "$/text/text";
import type { ReportUse } from "$/reports/question";
import type { Tables } from "$/reports/table";
import type { View } from "$/views/view";

/** Columns of twelve on wide screens; below 1180 px a card takes half or all of the width. */
export type Span = 3 | 4 | 5 | 6 | 7 | 8 | 9 | 12;

/** A segmented control in the card's head; what is chosen stands in the address. */
export interface Choice {
  /** The parameter, unique on the page: "grain". */
  parameter: string;
  label: MessageId;
  options: readonly { value: string; label: MessageId }[];
  /** Chosen unless the address says otherwise; the first where it is missing. */
  initial?: string;
  /** Another card of the page has the control: this one follows it. */
  isElsewhere?: boolean;
}

export type Chosen = Readonly<Record<string, string>>;

export interface Card {
  /** Unique on its page; the anchor of "copy link" and the test id. */
  id: string;
  title: MessageId;
  /** One line: what is drawn. */
  subtitle: MessageId;
  /** In place of the messages: of a report that is known from the catalogue only. */
  words?: { title: string; subtitle: string };
  /** All reports that any of its choices draws, so that choosing asks nothing. */
  reports: readonly ReportUse[];
  choices?: readonly Choice[];
  /** Which report is drawn, shown as a table and downloaded; the first unless said otherwise. */
  shown?: (chosen: Chosen) => string;
  /** How it is drawn. */
  view: View | ((chosen: Chosen) => View);
  /** Why there may be nothing to show though there are data. */
  empty?: MessageId;
  span: Span;
  /** Of the plot, in rem; cards of one row say the same. */
  height?: number;
}

/** A number of one report, of its first row. */
export interface Tile {
  label: MessageId;
  report: string;
  column: string;
  /** The column with its change in percent, as the caption says; a comparison on the page replaces it. */
  change?: string;
  /** What it is compared with; the seven days before by default. */
  caption?: MessageId;
  /** Which way is good; without it a change has no colour. */
  isGood?: "up" | "down";
  /** A line of the last 30 of its values, the last 7 in the accent. Rows of the same x are added up;
      a mean times its denominator is a sum. */
  spark?: { report: string; x: string; column: string; times?: string };
}

/** Numbers before pictures: two by two beside a card, or in a row over the whole width. */
export interface Tiles {
  /** Unique on its page. */
  id: string;
  layout: "grid" | "row";
  /** All reports that the tiles and their lines are of. */
  reports: readonly ReportUse[];
  tiles: readonly Tile[];
  span: Span;
}

/** What a component of a page's own gets. */
export interface PagePartProps {
  page: Page;
  reports: PageReports;
  filters: Filters;
  open: (cell: CellReference) => void;
}

export interface Page {
  /** The route: "index" answers at /index and /index.html. */
  name: string;
  title: MessageId;
  /** One line below the title, where the page needs explaining. */
  lead?: MessageId;
  /** Pages that share a tab bar, in order, this one among them. */
  tabs?: readonly { name: string; label: MessageId }[];
  /** Which filters there are; all by default. */
  filters?: readonly ("range" | "compare" | "dimension" | "segment" | "snapshot")[];
  /** In the order of reading; tiles are cards without a head. */
  cards: readonly (Card | Tiles)[];
  /** What the page needs that no card can be, above and below the cards. */
  above?: () => Promise<{ default: Component<PagePartProps> }>;
  below?: () => Promise<{ default: Component<PagePartProps> }>;
}

/** A number somebody points at: whose customers the members panel lists. */
export interface CellReference {
  report: string;
  dimension: string;
  key: Record<string, string | number | boolean | null>;
  column: string;
  from: string | null;
  to: string | null;
  /** Filled in by the page: the segment that its table was asked about. */
  segment?: string | null;
  /** What the number is, in words, as the panel's heading: "Orders, 9 Feb 2024". */
  about: string;
}

/** What every view gets. */
export interface ViewProps<V extends View = View> {
  card: Card;
  view: V;
  /** The report that is drawn. */
  tables: Tables;
  /** Further reports of the card by name; null while missing. */
  other: (report: string) => Tables | null;
  chosen: Chosen;
  /** Lists the customers behind a number. */
  open: (cell: CellReference) => void;
}
