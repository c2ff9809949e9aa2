// A squarified treemap (Bruls, Huizing, van Wijk): tiles as near to a wide shape as their areas allow.

export interface Tile<T> {
  item: T;
  /** In percent of the box. */
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Tiles are this much wider than high, so that their names fit. */
const wanted = 1.9;

/** Tiles of areas in proportion to their values, the largest first; what is not above 0 has none. */
export function treemapOf<T>(
  items: readonly T[],
  value: (item: T) => number,
  box: { width: number; height: number },
): Tile<T>[] {
  const sorted = items.filter((item) => value(item) > 0).sort((a, b) => value(b) - value(a));
  const total = sorted.reduce((sum, item) => sum + value(item), 0);
  if (total === 0 || box.width <= 0 || box.height <= 0) return [];
  let rest = sorted.map((item) => ({ item, area: (value(item) / total) * box.width * box.height }));
  const tiles: Tile<T>[] = [];
  const percent = (part: number, whole: number) => (100 * part) / whole;
  let [x, y, width, height] = [0, 0, box.width, box.height];
  while (rest.length > 0) {
    const isColumn = width >= height * wanted;
    const side = isColumn ? height : width;
    let count = 1;
    while (count < rest.length && worst(rest.slice(0, count + 1), side, isColumn) <= worst(rest.slice(0, count), side, isColumn)) {
      count += 1;
    }
    const strip = rest.slice(0, count);
    const thickness = sum(strip) / side;
    let along = 0;
    for (const { item, area } of strip) {
      const length = area / thickness;
      const [left, top] = isColumn ? [x, y + along] : [x + along, y];
      const [across, down] = isColumn ? [thickness, length] : [length, thickness];
      tiles.push({
        item,
        left: percent(left, box.width),
        top: percent(top, box.height),
        width: percent(across, box.width),
        height: percent(down, box.height),
      });
      along += length;
    }
    if (isColumn) [x, width] = [x + thickness, width - thickness];
    else [y, height] = [y + thickness, height - thickness];
    rest = rest.slice(count);
  }
  return tiles;
}

function sum(strip: readonly { area: number }[]): number {
  return strip.reduce((total, { area }) => total + area, 0);
}

/** How far the worst tile of a strip is from the wanted shape; 1 is none. */
function worst(strip: readonly { area: number }[], side: number, isColumn: boolean): number {
  const thickness = sum(strip) / side;
  return Math.max(
    ...strip.map(({ area }) => {
      const length = area / thickness;
      const shape = (isColumn ? thickness / length : length / thickness) / wanted;
      return Math.max(shape, 1 / shape);
    }),
  );
}
