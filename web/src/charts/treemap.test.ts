import { expect, it } from "vitest";
import { treemapOf } from "./treemap";

const box = { width: 400, height: 200 };
const area = (tile: { width: number; height: number }) => tile.width * tile.height;

it("areas are in proportion, fill the box and do not overlap", () => {
  const values = [42, 17, 12, 9, 7, 6, 4, 2, 1];
  const tiles = treemapOf(values, (value) => value, box);
  const total = values.reduce((sum, value) => sum + value, 0);
  for (const tile of tiles) expect(area(tile)).toBeCloseTo((10_000 * tile.item) / total);
  for (const [i, a] of tiles.entries()) {
    for (const b of tiles.slice(i + 1)) {
      const across = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
      const down = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
      expect(Math.min(across, down)).toBeLessThan(1e-6);
    }
  }
});

it("two equal halves of a wide box lie side by side", () => {
  expect(treemapOf([1, 1], (value) => value, box)).toEqual([
    { item: 1, left: 0, top: 0, width: 50, height: 100 },
    { item: 1, left: 50, top: 0, width: 50, height: 100 },
  ]);
});

it("nothing has no tiles", () => {
  expect(treemapOf([0, -1], (value) => value, box)).toEqual([]);
  expect(treemapOf([1], (value) => value, { width: 0, height: 0 })).toEqual([]);
});
