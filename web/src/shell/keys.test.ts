import { afterEach, beforeEach, expect, test } from "vitest";
import { isTyping, keys } from "./keys.svelte";

let pressed: string[] = [];
let release: (() => void)[] = [];

function bind(name: string) {
  release.push(keys.on({ keys: name, label: name, group: "page", run: () => pressed.push(name) }));
}

function press(key: string, of: { target?: HTMLElement; at?: number; ctrlKey?: boolean } = {}) {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ctrlKey: of.ctrlKey ?? false });
  Object.defineProperty(event, "timeStamp", { value: of.at ?? 0 });
  (of.target ?? document.body).dispatchEvent(event);
}

beforeEach(() => {
  pressed = [];
  window.addEventListener("keydown", keys.press);
});

afterEach(() => {
  window.removeEventListener("keydown", keys.press);
  release.forEach((call) => call());
  release = [];
  document.body.replaceChildren();
});

test("a key, and two after one another", () => {
  ["d", "g o", "g d"].forEach(bind);
  press("d");
  press("g");
  press("o");
  press("g");
  press("d");
  press("d");
  expect(pressed).toEqual(["d", "g o", "g d", "d"]);
});

test("the second comes too late", () => {
  ["d", "g d"].forEach(bind);
  press("g", { at: 0 });
  press("d", { at: 2000 });
  expect(pressed).toEqual(["d"]);
});

test("the later of two is used, and the earlier again when it is gone", () => {
  bind("d");
  const later = keys.on({ keys: "d", label: "", group: "page", run: () => pressed.push("later") });
  press("d");
  later();
  press("d");
  expect(pressed).toEqual(["later", "d"]);
});

test("what is typed, or meant for the browser or a dialog, does nothing", () => {
  bind("d");
  const input = document.body.appendChild(document.createElement("input"));
  press("d", { target: input });
  press("d", { ctrlKey: true });
  const dialog = document.body.appendChild(document.createElement("dialog"));
  dialog.setAttribute("open", "");
  press("d");
  expect(pressed).toEqual([]);
});

test("a check box is not typed into", () => {
  const box = document.createElement("input");
  box.type = "checkbox";
  expect(isTyping(box)).toBe(false);
  expect(isTyping(document.createElement("textarea"))).toBe(true);
  expect(isTyping(document.createElement("button"))).toBe(false);
});
