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
  const behind = [...input.bubbles].sort((a, b) => b.weight - a.weight);
  const option = frameOption(look, 24);
  const axis = (name: string, gap: number) => ({
    ...valueAxis(look, (value) => String(value)),
    min: 0,
    minInterval: 1,
    name,
    nameLocation: "middle",
    nameGap: gap,
    nameTextStyle: { color: look.muted, fontSize: 11 },
  });
  return {
    ...option,
    grid: { left: 16, right: 24, top: 20, bottom: 24 },
    xAxis: { ...axis(input.xName, 26), axisLine: { show: true, onZero: false, lineStyle: { color: look.axis } } },
    yAxis: axis(input.yName, 28),
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
            label: { show: bubble.isNamed && frame.width >= 420, formatter: bubble.name },
          };
        }),
        label: { position: "right", color: look.text2, fontSize: 11 },
        labelLayout: { hideOverlap: true },
      },
    ],
  };
}
