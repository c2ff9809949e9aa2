// Sizes of the drawing surfaces of the three-dimensional chart, as its library writes them: products
// and quotients of numbers, width, height and dpr ("width * dpr / 4"), or a list of them in brackets.
// The library would make programs of these texts, which the server's policy forbids: the build puts
// this in their place (vite.config.ts).

export type Size = (width: number, height: number, dpr: number) => number | number[];

/** Throws Error for whatever else a text says. */
export function sizeExpression(text: string): Size {
  const list = /^\s*\[(.*)\]\s*$/.exec(text);
  if (list) {
    const parts = (list[1] ?? "").split(",").map(product);
    return (...of) => parts.map((part) => part(...of));
  }
  return product(text);
}

function product(text: string): (width: number, height: number, dpr: number) => number {
  const words = text.trim().split(/\s*([*/])\s*/);
  const factors = words.filter((_, i) => i % 2 === 0).map(factor);
  const signs = words.filter((_, i) => i % 2 === 1);
  return (width, height, dpr) => {
    const values = factors.map((one) => one({ width, height, dpr }));
    return values.reduce((sofar, value, i) => (signs[i - 1] === "/" ? sofar / value : sofar * value));
  };
}

type Variables = Record<"width" | "height" | "dpr", number>;

function factor(word: string): (of: Variables) => number {
  if (word === "width" || word === "height" || word === "dpr") return (of) => of[word];
  if (!/^\d+(\.\d+)?$/.test(word)) throw new Error(`"${word}" is no size.`);
  return () => Number(word);
}
