import { expect, test } from "vitest";
import { strengthOf } from "./password_strength";

test.each([
  ["", "empty"],
  ["elevenchars", "short"],
  ["x".repeat(129), "long"],
  ["mira@shop.example", "name"],
  ["aaaaaaaaaaaa", "weak"],
  ["abcdefghijklmnop", "weak"],
  ["121212121212", "weak"],
  ["miramiramira", "weak"],
  ["kettle-orbit", "fair"],
  ["correct horse battery staple", "good"],
  ["ağaç çiçek göl yıldız", "good"],
] as const)("%j is %s", (password, strength) => {
  expect(strengthOf(password, ["mira", "mira@shop.example"])).toBe(strength);
});

test("letters are counted, not bytes or code units", () => {
  expect(strengthOf("🌊🌵🎈🐝🚲🧀🥁", [])).toBe("short");
});
