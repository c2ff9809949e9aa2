import type { Instance } from "./echarts";
import { nearestPoint, nearestSeries, type Hover, type Mark, type Scale, type Tip } from "./hover";

interface Context {
  chart: Instance | null;
  hover: Hover | undefined;
  isShown: (series: string) => boolean;
}

interface Dot {
  series: number;
  color: string;
  x: number;
  y: number;
  isActive: boolean;
}

/** A click moves no farther than this, in pixels. */
const stillness = 4;
/** A point is told from this far, in pixels. */
const reach = 24;

/** What the mouse, a finger or the keyboard points at in a chart, and what is dragged over. */
export class Pointer {
  mark = $state.raw<Mark | null>(null);
  drag = $state.raw<{ left: number; width: number } | null>(null);
  /** First and last value of x that is shown; null is all. Positions, on an axis of names. */
  zoom = $state.raw<readonly [number, number] | null>(null);
  #height = $state.raw<number | null>(null);
  #drawn = $state(0);
  #from: { x: number; y: number } | null = null;
  readonly #context: () => Context;

  constructor(context: () => Context) {
    this.#context = context;
  }

  readonly count = $derived.by(() => {
    const { hover } = this.#context();
    if (!hover) return 0;
    return hover.kind === "axis" ? hover.count : hover.points.length;
  });

  readonly tip: Tip | null = $derived.by(() => {
    const { hover, isShown } = this.#context();
    if (!hover || !this.mark || this.mark.index >= this.count || this.drag) return null;
    const tip = hover.tip(this.mark.index);
    return { ...tip, rows: tip.rows.filter(({ series }) => series === undefined || isShown(series)) };
  });

  readonly dots: readonly Dot[] = $derived.by(() => {
    const { chart, hover, isShown } = this.#context();
    const mark = this.mark;
    if (!chart || !hover || !mark || this.#drawn === 0) return [];
    if (hover.kind === "points") {
      const point = hover.points[mark.index];
      const place = point && this.#place(chart, point.x, point.y);
      return place ? [{ series: 0, color: "--text", x: place[0], y: place[1], isActive: false }] : [];
    }
    if (hover.pointer === "band") return [];
    return hover.series.flatMap(({ name, color, values }, series) => {
      const value = values[mark.index] ?? null;
      if (value === null || !isShown(name)) return [];
      const place = this.#place(chart, mark.index, value);
      const isActive = hover.series.length > 1 && series === mark.series;
      return place ? [{ series, color, x: place[0], y: place[1], isActive }] : [];
    });
  });

  /** The pointer through all series of a position. */
  readonly line = $derived.by(() => {
    const { chart, hover } = this.#context();
    if (!chart || !this.mark || hover?.kind !== "axis" || this.#drawn === 0 || this.drag) return null;
    const x = this.#across(chart, this.mark.index);
    if (hover.pointer === "line") return { kind: "line" as const, left: x, width: 0 };
    const step = Math.abs(this.#across(chart, 1) - this.#across(chart, 0)) || 24;
    return { kind: "band" as const, left: x - step / 2, width: step };
  });

  get x(): number {
    return this.dots[0]?.x ?? (this.line ? this.line.left + this.line.width : 0);
  }

  /** Where the box hangs: at the mouse, or above the highest dot. */
  get y(): number {
    return this.#height ?? Math.min(...this.dots.map(({ y }) => y), 80);
  }

  redrawn(): void {
    this.#drawn += 1;
  }

  leave(): void {
    this.mark = null;
    this.drag = null;
    this.#from = null;
  }

  reset(): void {
    this.zoom = null;
    this.leave();
  }

  down(event: PointerEvent): void {
    if (event.button === 0 && event.pointerType === "mouse") this.#from = placeOf(event);
    else this.move(event);
  }

  move(event: PointerEvent): void {
    const { x, y } = placeOf(event);
    if (this.#from && (this.drag || Math.abs(x - this.#from.x) > stillness)) {
      this.drag = { left: Math.min(x, this.#from.x), width: Math.abs(x - this.#from.x) };
      return;
    }
    this.#height = y;
    const found = this.#find(x, y);
    if (found?.index !== this.mark?.index || found?.series !== this.mark?.series) this.mark = found;
  }

  /** Whether it was a click; what was dragged over is zoomed to. */
  up(event: PointerEvent): "click" | "drag" {
    const dragged = this.drag;
    this.#from = null;
    this.drag = null;
    const { chart } = this.#context();
    if (!dragged || !chart) {
      if (event.pointerType !== "mouse") this.move(event);
      return "click";
    }
    const from = valueAt(chart, dragged.left);
    const to = valueAt(chart, dragged.left + dragged.width);
    if (from !== null && to !== null && from !== to) {
      this.zoom = [from, to];
      this.mark = null;
    }
    return "drag";
  }

  /** Whether the key meant something here. */
  key(key: string): boolean {
    const { hover } = this.#context();
    if (!hover || this.count === 0) return false;
    const moved = this.#moved(hover, key);
    if (moved) {
      this.#height = null;
      this.mark = moved;
    }
    return moved !== null;
  }

  #moved(hover: Hover, key: string): Mark | null {
    const last = this.count - 1;
    const { index, series } = this.mark ?? { index: key === "ArrowLeft" ? this.count : -1, series: 0 };
    const many = hover.kind === "axis" ? hover.series.length : 1;
    switch (key) {
      case "ArrowLeft":
        return { index: Math.max(0, index - 1), series };
      case "ArrowRight":
        return { index: Math.min(last, index + 1), series };
      case "ArrowUp":
        return { index: Math.max(0, index), series: (series + many - 1) % many };
      case "ArrowDown":
        return { index: Math.max(0, index), series: (series + 1) % many };
      case "Home":
        return { index: 0, series };
      case "End":
        return { index: last, series };
      case "Escape":
        return this.mark ? this.#left() : null;
      default:
        return null;
    }
  }

  #left(): null {
    this.leave();
    return null;
  }

  #find(x: number, y: number): Mark | null {
    const { chart, hover, isShown } = this.#context();
    if (!chart || !hover || !chart.containPixel({ gridIndex: 0 }, [x, y])) return null;
    if (hover.kind === "points") {
      const scales = scalesOf(chart, hover.log, hover.points);
      const index = scales && nearestPoint(hover.points, scales, [x, y], reach, isShown);
      return index === null ? null : { index, series: 0 };
    }
    const value = valueAt(chart, x);
    if (value === null || hover.count === 0) return null;
    const index = Math.min(hover.count - 1, Math.max(0, Math.round(value)));
    const heights = hover.series.map(({ name, values }) => {
      const value = values[index] ?? null;
      return value === null || !isShown(name) ? null : (this.#place(chart, index, value)?.[1] ?? null);
    });
    return { index, series: nearestSeries(heights, y) };
  }

  #across(chart: Instance, index: number): number {
    return chart.convertToPixel({ xAxisIndex: 0 }, index);
  }

  #place(chart: Instance, x: number, y: number): readonly [number, number] | null {
    const place: unknown = chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [x, y]);
    return Array.isArray(place) ? [Number(place[0]), Number(place[1])] : null;
  }
}

function placeOf(event: PointerEvent): { x: number; y: number } {
  const box = (event.currentTarget as Element).getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function valueAt(chart: Instance, x: number): number | null {
  const value: unknown = chart.convertFromPixel({ xAxisIndex: 0 }, x);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** The scales of both axes, by two values of each. */
function scalesOf(
  chart: Instance,
  log: { x: boolean; y: boolean },
  points: readonly { x: number; y: number }[],
): { x: Scale; y: Scale } | null {
  const first = points[0];
  if (!first) return null;
  const scale = (axis: "xAxisIndex" | "yAxisIndex", value: number, isLog: boolean): Scale => {
    const values: [number, number] = [value, isLog ? value * 10 : value + 1];
    const pixels = values.map((one) => Number(chart.convertToPixel({ [axis]: 0 }, one)));
    return { values, pixels: [pixels[0] ?? 0, pixels[1] ?? 0], isLog };
  };
  return { x: scale("xAxisIndex", first.x, log.x), y: scale("yAxisIndex", first.y, log.y) };
}

