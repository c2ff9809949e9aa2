import { describe, expect, it } from "vitest";
import { actionName, actionsOf, percentOfFirst, stepColor, stepsOf } from "./funnel";

describe("steps of a funnel", () => {
  it("have shares of the first and of the step before, and what was lost", () => {
    const steps = stepsOf([
      { action: "has_sessions", count: 200 },
      { action: "has_basket", count: 100 },
      { action: "purchased", count: 80 },
    ]);
    expect(steps.map(({ ofFirst, ofPrevious, lost }) => [ofFirst, ofPrevious, lost])).toEqual([
      [1, null, 0],
      [0.5, 0.5, 100],
      [0.4, 0.8, 20],
    ]);
  });

  it("name the lowest share as the biggest drop, not the largest number", () => {
    const counts = [1000, 700, 650, 300, 290].map((count, i) => ({ action: String(i), count }));
    expect(stepsOf(counts).map((step) => step.isBiggestDrop)).toEqual([false, false, false, true, false]);
  });

  it("lose nobody where a step has more than the one before", () => {
    const steps = stepsOf([{ action: "login", count: 30 }, { action: "has_sessions", count: 45 }]);
    expect(steps[1]).toMatchObject({ lost: 0, ofPrevious: 1.5, isBiggestDrop: false });
  });

  it("have no shares of nothing", () => {
    expect(stepsOf([{ action: "a", count: 0 }, { action: "b", count: 0 }])[1]).toMatchObject({
      ofFirst: null, ofPrevious: null, lost: 0, isBiggestDrop: false,
    });
  });
});

describe("actions", () => {
  it("stand in the order of the funnel", () => {
    const sessions = ["daily", "daily_purchased", "daily_has_sessions", "daily_view", "daily_basket", "daily_conv_view"];
    expect(actionsOf(sessions, "daily", "sessions")).toEqual(["has_sessions", "view", "basket", "purchased"]);
    const customers = ["weekly_purchased", "weekly_has_sessions", "weekly_login", "weekly_download"];
    expect(actionsOf(customers, "weekly", "customers")).toEqual(["download", "login", "has_sessions", "purchased"]);
  });

  it("are readable", () => {
    expect(actionName("first_basket_date", "customers")).toBe("First basket");
    expect(actionName("has_basket", "sessions")).toBe("Basket");
    expect(actionName("has_sessions", "customers")).toBe("First session");
  });

  it("begin grey and end in the accent", () => {
    expect([0, 1, 2, 3].map((i) => stepColor(i, 4))).toEqual([9, 7, 3, 0]);
  });
});

it("a share of the first step is null where there is no first step", () => {
  expect(percentOfFirst([5, null, 3], [10, 10, 0])).toEqual([50, null, null]);
});
