import { describe, expect, test } from "vitest";
import { Formats } from "./formats";

const british = new Formats({ locale: "en-GB", timezone: "Europe/London", currency: "GBP" });
const german = new Formats({ locale: "de", timezone: "Europe/Berlin", currency: "EUR" });
const turkish = new Formats({ locale: "tr", timezone: "Europe/Istanbul", currency: "TRY" });

/** The spaces that do not break are written as plain ones here. */
const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, " ");

describe("counts", () => {
  test("exact below 10,000, compact above", () => {
    expect(british.count(0)).toBe("0");
    expect(british.count(9999)).toBe("9,999");
    expect(british.count(10_000)).toBe("10k");
    expect(british.count(38_610)).toBe("38.6k");
    expect(british.count(1_234_567)).toBe("1.23M");
    expect(british.exact(38_610)).toBe("38,610");
  });

  test("means of small counts have two digits below 1", () => {
    expect([0, 0.2, 0.00314, 1.236].map((value) => british.mean(value))).toEqual(["0", "0.20", "0.0031", "1.24"]);
  });

  test("the sign is a minus, and a change always has one", () => {
    expect(british.count(-1234)).toBe("\u22121,234");
    expect(british.count(-38_610)).toBe("\u221238.6k");
    expect(british.signed(1234)).toBe("+1,234");
    expect(british.signed(-5)).toBe("\u22125");
    expect(british.signed(0)).toBe("0");
  });

  test("in other languages", () => {
    expect(german.exact(38_610.256)).toBe("38.610,26");
    expect(plain(german.count(1_234_567))).toBe("1,23 Mio.");
    expect(plain(turkish.count(38_610))).toBe("38,6 B");
  });
});

describe("money", () => {
  test("whole and compact where space is scarce, with its decimals in tables", () => {
    expect(british.money(1234.5)).toBe("£1,235");
    expect(british.money(1_140_000)).toBe("£1.14M");
    expect(british.value(1_140_000.5, "currency", "table")).toBe("£1,140,000.50");
    expect(british.value(30.2, "currency")).toBe("£30.20");
    expect(british.value(-30.2, "currency")).toBe("\u2212£30.20");
    expect(plain(german.value(1234.5, "currency", "table"))).toBe("1.234,50 €");
  });

  test("a yen has no parts, a dinar a thousand", () => {
    const yen = new Formats({ locale: "en-GB", timezone: "Asia/Tokyo", currency: "JPY" });
    const dinar = new Formats({ locale: "en-GB", timezone: "Africa/Tunis", currency: "TND" });
    expect(yen.value(1234.4, "currency", "table")).toBe("¥1,234");
    const points = new Formats({ locale: "en-GB", timezone: "UTC", currency: "points" });
    expect(points.value(1234.4, "currency", "table")).toBe("1,234.40\u202fpoints");
    expect(points.money(38_610)).toBe("38.6k\u202fpoints");
    expect(yen.value(12, "currency")).toBe("¥12");
    expect(plain(dinar.value(1234.5, "currency", "table"))).toBe("TND 1,234.500");
  });

  test("a workspace without a currency has plain numbers", () => {
    const none = new Formats({ locale: "en-GB", timezone: "UTC", currency: "" });
    expect(none.value(1234.5, "currency", "table")).toBe("1,234.50");
    expect(none.money(1_140_000)).toBe("1.14M");
  });
});

describe("shares", () => {
  test("one decimal, and the sign where the language has it", () => {
    expect(plain(british.percent(31.44))).toBe("31.4 %");
    expect(plain(british.value(0.3144, "ratio"))).toBe("31.4 %");
    expect(plain(german.percent(31.44))).toBe("31,4 %");
    expect(turkish.percent(31.44)).toBe("%31,4");
    expect(turkish.percent(-31.44)).toBe("\u2212%31,4");
  });

  test("a change is signed unless it rounds to nothing", () => {
    expect(plain(british.change(3.46))).toBe("+3.5 %");
    expect(plain(british.change(-1.24))).toBe("\u22121.2 %");
    expect(plain(british.change(-0.04))).toBe("0.0 %");
    expect(turkish.change(3.46)).toBe("+%3,5");
  });
});

describe("time", () => {
  test("a day is that day in every zone, also when the clocks change", () => {
    for (const timezone of ["Pacific/Kiritimati", "Pacific/Niue", "America/Sao_Paulo", "Europe/London"]) {
      const formats = new Formats({ locale: "en-GB", timezone, currency: "" });
      expect(formats.day("2024-03-31")).toBe("31 Mar 2024");
      expect(formats.day("2018-11-04", "weekday")).toBe("Sun, 4 Nov 2018");
      expect(formats.day("2024-10-27", "short")).toBe("27 Oct");
      expect(formats.day("2024-10-01", "month")).toBe("Oct 2024");
    }
    expect(german.day("2024-03-31")).toBe("31. März 2024");
    expect(turkish.day("2024-03-31")).toBe("31 Mar 2024");
  });

  test("an instant is in the workspace's zone, before and after the clocks change", () => {
    expect(british.instant("2024-03-31T00:59:59Z")).toBe("31 Mar 2024, 00:59");
    expect(british.instant("2024-03-31T01:00:00Z")).toBe("31 Mar 2024, 02:00");
    expect(british.time("2024-10-27T00:30:07Z")).toBe("01:30:07");
    expect(british.time("2024-10-27T01:30:07Z")).toBe("01:30:07");
    expect(british.instant("2024-07-01T23:30:00Z")).toBe("2 Jul 2024, 00:30");
  });

  test("a report's time is in that zone already", () => {
    expect(british.localTime("2024-07-01T23:30:00.000000")).toBe("1 Jul 2024, 23:30");
  });

  test("what is no time stays as it is", () => {
    expect(british.day("soon")).toBe("soon");
    expect(british.instant("")).toBe("");
    expect(british.localTime("never")).toBe("never");
  });

  test("lengths", () => {
    expect(plain(british.hours(7.5))).toBe("7.5 h");
    expect(plain(british.hours(442))).toBe("18.4 d");
    expect(plain(german.minutes(12.34))).toBe("12,3 min");
    expect(plain(british.duration(31.2))).toBe("31 s");
    expect(plain(british.duration(138))).toBe("2 min 18 s");
    expect(plain(british.duration(3840))).toBe("1 h 4 min");
  });
});

test("sizes", () => {
  expect(plain(british.bytes(999))).toBe("999 B");
  expect(plain(british.bytes(1_530_000))).toBe("1.5 MB");
  expect(plain(british.bytes(2.5e12))).toBe("2,500 GB");
});
