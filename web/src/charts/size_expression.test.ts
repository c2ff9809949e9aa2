import { describe, expect, test } from "vitest";
import { sizeExpression } from "./size_expression";

describe("sizes of surfaces", () => {
  test("products and quotients are taken from the left", () => {
    expect(sizeExpression("width * 1.0 / 2")(640, 480, 2)).toBe(320);
    expect(sizeExpression("height * dpr / 16")(640, 480, 2)).toBe(60);
    expect(sizeExpression("width")(640, 480, 1)).toBe(640);
  });

  test("a list gives a list", () => {
    expect(sizeExpression(" [width * 1.0 / 16, height / 16] ")(640, 480, 2)).toEqual([40, 30]);
  });

  test("nothing else is understood", () => {
    for (const text of ["", "alert(1)", "width + 1", "width * ", "[width, window]", "dpr ** 2"]) {
      expect(() => sizeExpression(text)).toThrow();
    }
  });
});
