// What every chart on axes shares: the room around the plot and the look of its axes.
import type { Option } from "./echarts";
import type { Look } from "./look";

/** The room a chart has, and whether its series are named in a legend instead of at their ends. */
export interface Frame {
  width: number;
  hasLegend: boolean;
}

/** Of the plot to the edges of the canvas, in pixels; the left depends on the labels. */
export const room = { top: 12, bottom: 24, right: 12 };

export function frameOption(look: Look, right: number = room.right): Option {
  return {
    animation: false,
    textStyle: { fontFamily: look.font },
    grid: { left: 0, right, top: room.top, bottom: room.bottom },
  };
}

const label = (look: Look) => ({ color: look.muted, fontSize: 11, margin: 8 });

export function categoryAxis(look: Look, names: readonly string[], hasGap: boolean): Option {
  return {
    type: "category",
    data: [...names],
    boundaryGap: hasGap,
    axisLine: { lineStyle: { color: look.axis } },
    axisTick: { show: false },
    axisLabel: {
      ...label(look),
      hideOverlap: true,
      ...(hasGap && names.length <= manyNames ? {} : { alignMinLabel: "left", alignMaxLabel: "right" }),
    },
  };
}

export function valueAxis(look: Look, format: (value: number) => string): Option {
  return {
    type: "value",
    splitNumber: 4,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: look.grid } },
    axisLabel: { ...label(look), formatter: format },
  };
}

/** Names of more positions than this begin and end with the axis, also where bars stand in gaps. */
const manyNames = 30;

/** Roughly how wide a text of 11 px is. */
export function textWidth(text: string): number {
  return Math.ceil(text.length * 6.3);
}

export function shortened(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}\u2026`;
}
