import { expect, it } from "vitest";
import { arcsOf } from "./donut";

it("parts follow each other with gaps", () => {
  expect(arcsOf([1, 3], 1)).toEqual([
    { start: 0.5, length: 24 },
    { start: 25.5, length: 74 },
  ]);
});

it("a single part is a whole ring, nothing is none", () => {
  expect(arcsOf([5, 0], 1)).toEqual([
    { start: 0, length: 100 },
    { start: 100, length: 0 },
  ]);
  expect(arcsOf([0])).toEqual([{ start: 0, length: 0 }]);
});
