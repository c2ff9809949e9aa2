import { describe, expect, it } from "vitest";
import { Formats } from "$/text/formats";
import { numberWord, probabilityText, verdictWords } from "./effect_words";

const formats = new Formats({ locale: "en", timezone: "UTC", currency: "EUR" });
const tally = { all: 8, more: 3, less: 1, unclear: 2, insufficient: 2, least: 5.2, most: 14.8 };

describe("the verdict", () => {
  it("counts in plain words", () => {
    const { finding, rest } = verdictWords(tally, "promotions", "orders", formats);
    expect(finding.replaceAll("\u202f", " ")).toBe(
      "Three of eight promotions likely increase orders by 5 to 15 %, one likely decreases them.",
    );
    expect(rest).toBe("Two show no clear effect, two have too few customers.");
  });

  it("is singular of one", () => {
    const one = { all: 1, more: 1, less: 0, unclear: 0, insufficient: 0, least: 9, most: 9 };
    const { finding, rest } = verdictWords(one, "products", "amount", formats);
    expect(finding.replaceAll("\u202f", " ")).toBe("One of one product likely increases payments per order by 9 %.");
    expect(rest).toBe("");
  });

  it("says when something only falls, and when nothing is clear", () => {
    const falls = { ...tally, more: 0, less: 2, least: null, most: null };
    expect(verdictWords(falls, "promotions", "orders", formats).finding).toBe(
      "Two of eight promotions likely decrease orders.",
    );
    const none = { ...falls, less: 0, unclear: 6 };
    expect(verdictWords(none, "segments", "orders", formats).finding).toBe(
      "None of eight segments clearly changes orders.",
    );
  });

  it("says when there is nothing to say", () => {
    const nothing = { all: 0, more: 0, less: 0, unclear: 0, insufficient: 0, least: null, most: null };
    expect(verdictWords(nothing, "products", "orders", formats).finding).toBe("There is nothing to compare yet.");
  });
});

it("numbers are words up to twelve", () => {
  expect(numberWord(12, formats)).toBe("twelve");
  expect(numberWord(13, formats)).toBe("13");
});

it("small probabilities are not written out", () => {
  expect(probabilityText(1e-9)).toBe("<\u202f0.001");
  expect(probabilityText(0.0114)).toBe("0.011");
  expect(probabilityText(null)).toBe("\u2013");
});
