import { expect, test } from "vitest";
import { isTopmost, openLayer } from "./layers";

function escape() {
  const event = new KeyboardEvent("keydown", { key: "Escape", cancelable: true, bubbles: true });
  document.body.dispatchEvent(event);
  return event.defaultPrevented;
}

test("Esc closes the topmost only, in whatever order they go", () => {
  const closed: string[] = [];
  const first = openLayer(() => closed.push("first"));
  const close = () => {
    closed.push("second");
    second();
  };
  const second = openLayer(close);
  expect(isTopmost(close)).toBe(true);
  expect(escape()).toBe(true);
  expect(closed).toEqual(["second"]);
  escape();
  expect(closed).toEqual(["second", "first"]);
  first();
  second();
  expect(escape()).toBe(false);
  expect(closed).toHaveLength(2);
});
