import { expect, test } from "vitest";
import { initialsOf } from "./initials";

test.each([
  ["Mira Kaya", "MK"],
  ["mira", "M"],
  ["anna.lena-meyer", "AM"],
  ["👩‍🔬 Ada", "👩‍🔬A"],
  ["  ", "?"],
  ["", "?"],
])("%j gives %j", (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});
