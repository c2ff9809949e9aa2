// What a new password looks like while it is typed. The server has the last word: it knows the list
// of those that are guessed first.

export const leastLength = 12;
export const mostLength = 128;

export type Strength = "empty" | "short" | "long" | "name" | "weak" | "fair" | "good";

/** How much of it is not a repetition of what stands before: letters that differ and do not follow each other. */
function surprise(password: string): number {
  const letters = [...password.toLowerCase()];
  const steps = letters.slice(1).map((letter, index) => (letter.codePointAt(0) ?? 0) - (letters[index]?.codePointAt(0) ?? 0));
  const surprising = steps.filter((step, index) => Math.abs(step) > 1 && step !== steps[index - 1]);
  return Math.min(new Set(letters).size, surprising.length + 1);
}

export function strengthOf(password: string, names: readonly string[]): Strength {
  const length = [...password].length;
  if (length === 0) return "empty";
  if (length < leastLength) return "short";
  if (length > mostLength) return "long";
  const small = password.toLowerCase();
  if (names.some((name) => name !== "" && small === name.toLowerCase())) return "name";
  const rest = names.reduce((text, name) => (name.length > 2 ? text.replaceAll(name.toLowerCase(), "") : text), small);
  const score = surprise(rest);
  return score < 7 ? "weak" : score < 11 || length < 16 ? "fair" : "good";
}

/** Whether it is worth asking the server. */
export function isAcceptable(strength: Strength): boolean {
  return strength === "fair" || strength === "good" || strength === "weak";
}
