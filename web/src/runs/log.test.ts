import { expect, it } from "vitest";
import { countFrom, shownLines } from "./log";
import type { LogLine } from "./run_state";

const lines: LogLine[] = (["info", "warn", "error", "info"] as const).map((level, index) => ({
  id: index + 1,
  time: "",
  level,
  stage: index === 0 ? null : "ingest",
  message: ["The run started.", "12 rows are odd.", "A file is gone.", "ingest FINISHED"][index] ?? "",
  fields: {},
}));

it("shows the lines of a level and above that have the words, newest first", () => {
  const ids = (...of: Parameters<typeof shownLines>) => shownLines(...of).map(({ id }) => id);
  expect(ids(lines, "debug", "")).toEqual([4, 3, 2, 1]);
  expect(ids(lines, "warn", "")).toEqual([3, 2]);
  expect(ids(lines, "error", "")).toEqual([3]);
  expect(ids(lines, "debug", " Finished ")).toEqual([4]);
  expect(ids(lines, "debug", "ingest")).toEqual([4, 3, 2]);
  expect([countFrom(lines, "warn"), countFrom(lines, "error")]).toEqual([1, 1]);
});
