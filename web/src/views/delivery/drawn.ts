import type { Bounds } from "./cells";

/** A cell as it is drawn: filled by its place on the scale, hollow where its orders are too few. */
export interface DrawnCell {
  geohash: string;
  bounds: Bounds;
  step: number | null;
  isSelected: boolean;
}

/** The colours of the map, from the tokens of a theme. */
export interface MapLook {
  land: string;
  water: string;
  coast: string;
  ink: string;
  outline: string;
  steps: readonly string[];
}

export function mapLookOf(element: Element): MapLook {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    land: token("--m-land"),
    water: token("--m-water"),
    coast: token("--m-coast"),
    ink: token("--text"),
    outline: token("--faint"),
    steps: Array.from({ length: 8 }, (_, i) => token(`--s${i}`)),
  };
}

/** What both ways of drawing a map take. */
export interface MapEngineProps {
  view: { longitude: number; latitude: number; zoom: number };
  size: { width: number; height: number };
  cells: readonly DrawnCell[];
  look: MapLook;
  onview: (view: { longitude: number; latitude: number; zoom: number }) => void;
}
