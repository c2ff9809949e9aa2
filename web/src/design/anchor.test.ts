import { expect, test } from "vitest";
import { placed } from "./anchor";

const view = { width: 1000, height: 800 };
const size = { width: 200, height: 300 };

test("below, at the side that was asked for", () => {
  const anchor = { left: 400, top: 100, width: 80, height: 30 };
  expect(placed(anchor, size, view, "start")).toMatchObject({ left: 400, top: 136, isAbove: false });
  expect(placed(anchor, size, view, "end")).toMatchObject({ left: 280, top: 136 });
  expect(placed(anchor, size, view, "center")).toMatchObject({ left: 340, top: 136 });
});

test("above where there is more room", () => {
  const anchor = { left: 400, top: 700, width: 80, height: 30 };
  expect(placed(anchor, size, view)).toMatchObject({ top: 394, isAbove: true });
});

test("below all the same where above is less, and then it scrolls", () => {
  const anchor = { left: 400, top: 100, width: 80, height: 30 };
  expect(placed(anchor, { width: 200, height: 900 }, view)).toMatchObject({ top: 136, maxHeight: 656, isAbove: false });
});

test("inside the window at both sides", () => {
  expect(placed({ left: 980, top: 0, width: 20, height: 20 }, size, view).left).toBe(792);
  expect(placed({ left: -20, top: 0, width: 20, height: 20 }, size, view, "end").left).toBe(8);
  expect(placed({ left: 0, top: 0, width: 20, height: 20 }, { width: 1200, height: 10 }, view).left).toBe(8);
});
