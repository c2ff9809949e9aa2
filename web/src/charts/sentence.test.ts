import { describe, expect, it } from "vitest";
import { partsSentence, pointsSentence, seriesSentence } from "./sentence";

const write = { value: (value: number) => `${value}`, change: (percent: number) => `${percent} %` };
const x = ["Mon", "Tue", "Wed"];

describe("a line", () => {
  it("says first, last, change and highest", () => {
    expect(seriesSentence({ name: "Orders", values: [2, 9, 3] }, x, write)).toBe(
      "Orders: 2 at Mon, 3 at Wed, a change of 50 %; highest 9 at Tue.",
    );
  });

  it("has no change from zero", () => {
    expect(seriesSentence({ name: "Orders", values: [0, null, 3] }, x, write)).toBe(
      "Orders: 0 at Mon, 3 at Wed; highest 3 at Wed.",
    );
  });

  it("can be one value or none", () => {
    expect(seriesSentence({ name: "Orders", values: [null, 4] }, x, write)).toBe("Orders: 4 at Tue.");
    expect(seriesSentence({ name: "Orders", values: [] }, x, write)).toBe("Orders: no values.");
  });
});

it("parts are said from the largest, the rest counted", () => {
  const parts = ["a", "b", "c", "d", "e", "f", "g"].map((name) => ({ name, value: "1 %" }));
  expect(partsSentence("Segments", parts)).toBe("Segments: a 1 %, b 1 %, c 1 %, d 1 %, e 1 % and 2 more.");
  expect(partsSentence("Segments", parts.slice(0, 1))).toBe("Segments: a 1 %.");
});

it("points are counted and bounded", () => {
  const axes = [{ name: "Recency", from: "1 d", to: "90 d" }];
  expect(pointsSentence("Customers", 1200, axes)).toBe("Customers: 1,200 points; Recency from 1 d to 90 d.");
});
