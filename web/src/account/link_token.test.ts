import { expect, test } from "vitest";
import { tokenOf } from "./link_token";

test.each([
  ["#token=abc-1_2", "abc-1_2"],
  ["token=abc", "abc"],
  ["#other=1&token=abc", "abc"],
  ["#token=", null],
  ["#", null],
  ["", null],
])("%j holds %j", (hash, token) => {
  expect(tokenOf(hash)).toBe(token);
});
