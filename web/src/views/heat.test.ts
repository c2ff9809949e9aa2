import { expect, it } from "vitest";
import { heatOf, scaleEnd } from "./heat";

it("heat grows with the value and stops at the end of the scale", () => {
  expect(heatOf(0, 10, false)).toEqual({ fill: "--s0", ink: "--text" });
  expect(heatOf(1, 10, false).fill).toBe("--s1");
  expect(heatOf(10, 10, false)).toEqual({ fill: "--s7", ink: "--on-accent" });
  expect(heatOf(99, 10, false).fill).toBe("--s7");
  expect(heatOf(5, 0, false).fill).toBe("--s0");
});

it("ink turns earlier in the dark theme, whose scale grows lighter", () => {
  const fourth = (4.4 / 8) ** (1 / 0.62);
  expect(heatOf(fourth, 1, false)).toEqual({ fill: "--s4", ink: "--text" });
  expect(heatOf(fourth, 1, true)).toEqual({ fill: "--s4", ink: "--on-accent" });
});

it("a scale ends where nearly all values lie below", () => {
  expect(scaleEnd([])).toBe(0);
  expect(scaleEnd([null, 3, 1])).toBe(1);
  expect(scaleEnd([...Array.from({ length: 99 }, (_, i) => i), 10_000])).toBe(97);
});
