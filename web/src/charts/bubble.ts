import type { Option } from "./echarts";
import { frameOption, valueAxis, type Frame } from "./frame";
import { colorOf, tint, type Look } from "./look";

export interface Bubble {
  name: string;
  x: number;
  y: number;
  /** What its area shows. */
  weight: number;
  /** A colour token. */
  color: string;
  /** Faded: nothing is said of it. */
  isHollow: boolean;
  /** Whether its name stands beside it. */
  isNamed: boolean;
}

export interface BubbleInput {
  bubbles: readonly Bubble[];
  xName: string;
  yName: string;
}

const smallest = 8;
const largest = 34;

/** The diameter of a bubble, in pixels: its area grows with the weight. */
export function diameter(weight: number, most: number): number {
  return most > 0 ? Math.max(smallest, largest * Math.sqrt(Math.max(0, weight) / most)) : smallest;
}

/** Points of whole numbers with a size each, the large ones behind. */
export function bubbleOption(input: BubbleInput, look: Look, frame: Frame): Option {
  const most = Math.max(0, ...input.bubbles.map(({ weight }) => weight));
  const xEnd = Math.max(1, ...input.bubbles.map(({ x }) => x));
  const yEnd = Math.max(1, ...input.bubbles.map(({ y }) => y));
  const behind = [...input.bubbles].sort((a, b) => b.weight - a.weight);
  const axis = (name: string, gap: number, end: number) => ({
    ...valueAxis(look, (value) => (value >= 0 && value <= end + 1 ? String(value) : "")),
    // Room for bubbles that lie on the edges.
    min: -Math.ceil(end / 20),
    max: end + Math.ceil(end / 12),
    minInterval: 1,
    name,
    nameLocation: "middle",
    nameGap: gap,
    nameTextStyle: { color: look.muted, fontSize: 11 },
  });
  return {
    ...frameOption(look),
    grid: { left: 16, right: 12, top: 12, bottom: 24 },
    xAxis: { ...axis(input.xName, 26, xEnd), axisLine: { show: true, onZero: false, lineStyle: { color: look.axis } } },
    yAxis: axis(input.yName, 30, yEnd),
    series: [
      {
        type: "scatter",
        silent: true,
        data: behind.map((bubble) => {
          const color = colorOf(look, bubble.color);
          return {
            name: bubble.name,
            value: [bubble.x, bubble.y],
            symbolSize: diameter(bubble.weight, most),
            itemStyle: {
              color: bubble.isHollow ? "transparent" : tint(color, 0.55),
              borderColor: color,
              borderWidth: 1.5,
            },
            label: {
              show: bubble.isNamed && frame.width >= 420,
              formatter: bubble.name,
              position: bubble.x > 0.6 * xEnd ? "top" : "right",
            },
          };
        }),
        label: { color: look.text2, fontSize: 11 },
        labelLayout: { hideOverlap: true },
      },
    ],
  };
}
