import { afterEach, expect, test } from "vitest";
import { currentLocale, isMessage, setLocale, t } from "./text";

afterEach(() => setLocale("en"));

test("values are put in as text, never as markup", () => {
  expect(t("user.of", { name: "<b>{evil}</b> & co" })).toBe("Account of <b>{evil}</b> & co");
});

test("a language without a catalogue has English texts, and its own numbers elsewhere", () => {
  setLocale("tr");
  expect(currentLocale()).toBe("tr");
  expect(t("action.close")).toBe("Close");
});

test.each(["", "not a tag", "x", "de_DE"])("%j is no locale", (tag) => {
  setLocale(tag);
  expect(currentLocale()).toBe("en");
});

test("ids are told from other words", () => {
  expect(isMessage("action.close")).toBe(true);
  expect(isMessage("at risk")).toBe(false);
});
