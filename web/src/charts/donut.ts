/** A part of a ring: where it begins and how long it is, in hundredths of the ring. */
export interface Arc {
  start: number;
  length: number;
}

/** The parts of a ring in their order, with a gap between them where there are several. */
export function arcsOf(values: readonly number[], gap = 0.8): Arc[] {
  const parts = values.map((value) => Math.max(0, value));
  const total = parts.reduce((sum, value) => sum + value, 0);
  const shown = parts.filter((value) => value > 0).length;
  const space = shown > 1 ? gap : 0;
  let start = 0;
  return parts.map((value) => {
    const whole = total === 0 ? 0 : (100 * value) / total;
    const arc = { start: start + space / 2, length: Math.max(0, whole - space) };
    start += whole;
    return arc;
  });
}
