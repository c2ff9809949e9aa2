// Which lines of a log are shown.
import type { LogLine } from "./run_state";

export type Least = "debug" | "warn" | "error";

const ranks: Readonly<Record<LogLine["level"], number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** The newest first. */
export function shownLines(lines: readonly LogLine[], least: Least, words: string): readonly LogLine[] {
  const wanted = words.trim().toLowerCase();
  return lines
    .filter(({ level }) => ranks[level] >= ranks[least])
    .filter(({ stage, message }) => `${stage ?? ""} ${message}`.toLowerCase().includes(wanted))
    .reverse();
}

export function countFrom(lines: readonly LogLine[], level: "warn" | "error"): number {
  return lines.filter((line) => line.level === level).length;
}
