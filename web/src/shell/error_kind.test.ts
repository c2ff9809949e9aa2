import { expect, test } from "vitest";
import { Problem, problemOf } from "$/api/problem";
import { errorKindOf } from "./error_kind";

test.each([
  [403, "403"],
  [404, "404"],
  [429, "429"],
  [503, "503"],
  [502, "503"],
  [500, "500"],
  [400, "500"],
] as const)("an answer %i is the page %s", (status, kind) => {
  expect(errorKindOf(new Problem({ code: "E-X", message: "", status }))).toBe(kind);
});

test("no answer is not a mistake of the page", () => {
  expect(errorKindOf(problemOf(new TypeError("Failed to fetch")))).toBe("offline");
  expect(errorKindOf(problemOf(new Error("A mistake")))).toBe("500");
});
