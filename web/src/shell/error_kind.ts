import type { Problem } from "$/api/problem";

export type ErrorKind = "404" | "403" | "500" | "503" | "429" | "offline";

/** Which page tells of a problem. */
export function errorKindOf(problem: Problem): ErrorKind {
  switch (problem.status) {
    case 0:
      return problem.code === "E-NET" ? "offline" : "500";
    case 403:
      return "403";
    case 404:
      return "404";
    case 429:
      return "429";
    case 502:
    case 503:
    case 504:
      return "503";
    default:
      return "500";
  }
}
