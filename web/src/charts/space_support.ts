let answer: boolean | null = null;

/** Whether the browser draws in three dimensions at all. */
export function hasSpace(): boolean {
  if (answer === null) {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
    answer = context !== null;
    context?.getExtension("WEBGL_lose_context")?.loseContext();
  }
  return answer;
}

/** Whether the reader asked for less motion. */
export function wantsStillness(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
