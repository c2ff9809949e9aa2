import { expect, test } from "vitest";
import { nextPath } from "./next_path";

const origin = "https://shop.example";

test("a page of this server, with its filters", () => {
  expect(nextPath("/cohorts?from=2024-01-01&dimension=Berlin,K%C3%B6ln#weekly", origin)).toBe(
    "/cohorts?from=2024-01-01&dimension=Berlin,K%C3%B6ln#weekly",
  );
});

test.each([
  null,
  "",
  "cohorts",
  "//evil.example",
  "/\\evil.example",
  "/x\\..\\..//evil.example",
  "/\t/evil.example",
  "\n//evil.example",
  "https://evil.example/index",
  "javascript:alert(1)",
  "data:text/html,x",
])("%j is not such a page", (next) => {
  expect(nextPath(next, origin)).toBe("/index");
});

test.each(["/", "/login?next=/login", "/login.html", "/logout", "/register", "/api/v1/reports", "/docs/api"])(
  "%j would lead in a circle or out of the page",
  (next) => {
    expect(nextPath(next, origin)).toBe("/index");
  },
);
