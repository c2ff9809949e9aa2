import type { Look } from "./look";

/** Colours for tests, told apart by their digits. */
export const testLook: Look = {
  text: "#000001",
  text2: "#000002",
  muted: "#000003",
  faint: "#000004",
  surface: "#ffffff",
  border: "#000005",
  grid: "#000006",
  axis: "#000007",
  accent: "#102030",
  ghost: "#000008",
  before: "#000009",
  after: "#00000a",
  good: "#00000b",
  bad: "#00000c",
  colors: Array.from({ length: 12 }, (_, i) => `#c000${String(i + 1).padStart(2, "0")}`),
  sequential: Array.from({ length: 8 }, (_, i) => `#50000${i}`),
  font: "Test",
  isDark: false,
};
