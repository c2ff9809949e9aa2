import { expect, test } from "vitest";
import { isAt, navigation, navigationOf } from "./navigation";

const entries = navigation.flatMap((group) => group.entries);

test("no route and no key stands twice", () => {
  const names = entries.map(({ name }) => name);
  const keys = entries.flatMap(({ key }) => key ?? []);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(keys).size).toBe(keys.length);
});

test("pages that there are not, and groups without any, are left out", () => {
  const groups = navigationOf((name) => ["index", "abtest-promotion", "abtest-product"].includes(name));
  expect(groups.map(({ entries }) => entries.map(({ name }) => name))).toEqual([["index"], ["abtest-promotion"]]);
  expect(groups[1]?.entries[0]?.sub?.map(({ name }) => name)).toEqual(["abtest-promotion", "abtest-product"]);
});

test("a page is below one entry", () => {
  for (const page of ["index", "funnel-customer", "abtest-segments", "customer-segmentation", "add-data-product"]) {
    expect(entries.filter((entry) => isAt(entry, page))).toHaveLength(1);
  }
  expect(entries.filter((entry) => isAt(entry, "nothing"))).toEqual([]);
});
