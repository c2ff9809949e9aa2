import { describe, expect, it } from "vitest";
import { rangeOf } from "./range_text";

/** A Saturday. */
const newest = "2026-11-21";
const read = (text: string, day = newest) => {
  const dates = rangeOf(text, day);
  return dates && `${dates.from ?? ""} ${dates.to ?? ""}`;
};

describe("ranges as typed", () => {
  it.each([
    ["today", "2026-11-21 2026-11-21"],
    ["Yesterday", "2026-11-20 2026-11-20"],
    ["last 6 weeks", "2026-10-11 2026-11-21"],
    ["past two weeks", "2026-11-08 2026-11-21"],
    ["90 days", "2026-08-24 2026-11-21"],
    ["90d", "2026-08-24 2026-11-21"],
    ["last 3 months", "2026-08-22 2026-11-21"],
    ["1 year", "2025-11-22 2026-11-21"],
    ["this week", "2026-11-16 2026-11-21"],
    ["previous month", "2026-10-01 2026-10-31"],
    ["last quarter", "2026-07-01 2026-09-30"],
    ["all", " "],
  ])("reads %s relative to the newest day", (text, days) => expect(read(text)).toBe(days));

  it.each([
    ["March 2026", "2026-03-01 2026-03-31"],
    ["sept 2025", "2025-09-01 2025-09-30"],
    ["2026", "2026-01-01 2026-12-31"],
    ["2026-03", "2026-03-01 2026-03-31"],
    ["2026-03-04", "2026-03-04 2026-03-04"],
    ["4.3.2026", "2026-03-04 2026-03-04"],
    ["4 March 2026", "2026-03-04 2026-03-04"],
    ["March 4th, 2026", "2026-03-04 2026-03-04"],
    ["Q1 2026", "2026-01-01 2026-03-31"],
    ["2025 Q4", "2025-10-01 2025-12-31"],
  ])("reads %s", (text, days) => expect(read(text)).toBe(days));

  it.each([
    ["1 Mar - 15 Apr", "2026-03-01 2026-04-15"],
    ["1 Mar – 15 Apr", "2026-03-01 2026-04-15"],
    ["2026-01-01 to 2026-02-01", "2026-01-01 2026-02-01"],
    ["2026-01-01 - 2026-02-01", "2026-01-01 2026-02-01"],
    ["2026-01-01..2026-02-01", "2026-01-01 2026-02-01"],
    ["1 - 15 March", "2026-03-01 2026-03-15"],
    ["Mar-Apr 2026", "2026-03-01 2026-04-30"],
    ["2025-2026", "2025-01-01 2026-12-31"],
    ["from 1 March until yesterday", "2026-03-01 2026-11-20"],
    ["between 1 March and 3 April 2025", "2025-03-01 2025-04-03"],
  ])("reads %s as from one to the other", (text, days) => expect(read(text)).toBe(days));

  it.each([
    ["since 1 June", "2026-06-01 2026-11-21"],
    ["since last month", "2026-10-01 2026-11-21"],
    ["until 1 June 2026", " 2026-06-01"],
    ["before June", " 2026-05-31"],
  ])("reads %s with one end open", (text, days) => expect(read(text)).toBe(days));

  it("takes the latest year that has begun where none is named", () => {
    expect(read("December")).toBe("2025-12-01 2025-12-31");
    expect(read("21 Nov")).toBe("2026-11-21 2026-11-21");
    expect(read("22 Nov")).toBe("2025-11-22 2025-11-22");
    expect(read("November")).toBe("2026-11-01 2026-11-30");
    expect(read("Q4")).toBe("2026-10-01 2026-12-31");
  });

  it("goes over the end of a year", () => {
    expect(read("20 Dec - 5 Jan")).toBe("2025-12-20 2026-01-05");
    expect(read("20 Dec 2024 - 5 Jan")).toBe("2024-12-20 2025-01-05");
    expect(read("20 Dec - 5 Jan 2025")).toBe("2024-12-20 2025-01-05");
    expect(read("last 3 weeks", "2026-01-05")).toBe("2025-12-16 2026-01-05");
    expect(read("last quarter", "2026-02-14")).toBe("2025-10-01 2025-12-31");
    expect(read("yesterday", "2026-01-01")).toBe("2025-12-31 2025-12-31");
  });

  it("knows leap days", () => {
    expect(read("29 Feb")).toBe("2024-02-29 2024-02-29");
    expect(read("29 Feb 2024")).toBe("2024-02-29 2024-02-29");
    expect(read("29 Feb 2025")).toBeNull();
    expect(read("Feb 2024")).toBe("2024-02-01 2024-02-29");
    expect(read("1 year", "2024-02-29")).toBe("2023-03-01 2024-02-29");
    expect(read("1 month", "2026-03-31")).toBe("2026-03-01 2026-03-31");
  });

  it("turns days round that have years", () => {
    expect(read("2026-02-01 to 2026-01-01")).toBe("2026-01-01 2026-02-01");
    expect(read("5 May 2026 - 1 Mar 2026")).toBe("2026-03-01 2026-05-05");
  });

  it.each(["", "  ", "soon", "31 June", "0 days", "last week or so", "2026-13-01", "32 Jan", "-", "to", "1 Mar - ", "<b>", "13/32"])(
    "reads nothing into %j",
    (text) => expect(read(text)).toBeNull(),
  );
});
