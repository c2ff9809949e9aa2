import { expect, it } from "vitest";
import { lossesOf, together } from "./losses";

const counts = (first: number, second: number) => [
  { action: "has_sessions", count: first },
  { action: "purchased", count: second },
];

it("losses are told by population, the greatest first, against everybody's rate", () => {
  const populations = [
    { population: "Leeds", counts: counts(40, 30) },
    { population: "York", counts: counts(60, 20) },
    { population: "Nowhere", counts: counts(0, 0) },
  ];
  expect(lossesOf(counts(100, 50), populations, "purchased")).toEqual([
    { population: "York", lost: 40, rate: 2 / 3, ratio: 4 / 3, share: 0.8 },
    { population: "Leeds", lost: 10, rate: 0.25, ratio: 0.5, share: 0.2 },
    { population: "Nowhere", lost: 0, rate: null, ratio: null, share: 0 },
  ]);
});

it("nothing is lost before the first step, at an unknown one, or where nobody is lost", () => {
  const populations = [{ population: "York", counts: counts(60, 20) }];
  expect(lossesOf(counts(100, 50), populations, "has_sessions")).toEqual([]);
  expect(lossesOf(counts(100, 50), populations, "unknown")).toEqual([]);
  expect(lossesOf(counts(50, 50), populations, "purchased")).toEqual([]);
});

it("populations are added up step by step", () => {
  const populations = [{ population: "Leeds", counts: counts(40, 30) }, { population: "York", counts: counts(60, 20) }];
  expect(together(populations)).toEqual(counts(100, 50));
  expect(together([])).toEqual([]);
});
