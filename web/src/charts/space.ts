import type { Option } from "./echarts";
import { colorOf, type Look } from "./look";

export interface SpaceAxis {
  name: string;
  isLog: boolean;
  tick: (value: number) => string;
}

export interface SpaceInput {
  groups: readonly { name: string; color: string; points: readonly (readonly [number, number, number])[] }[];
  /** Of x, y and z; z stands upright. */
  axes: readonly [SpaceAxis, SpaceAxis, SpaceAxis];
  eye: Eye;
}

/** From where one looks: degrees above the floor and around, and how far away. */
export interface Eye {
  alpha: number;
  beta: number;
  distance: number;
}

export const firstEye: Eye = { alpha: 22, beta: 35, distance: 230 };

/** Points in a box of three axes. */
export function spaceOption({ groups, axes, eye }: SpaceInput, look: Look): Option {
  const [x, y, z] = axes;
  return {
    animation: false,
    textStyle: { fontFamily: look.font },
    xAxis3D: axisOf(x, look),
    yAxis3D: axisOf(y, look),
    zAxis3D: axisOf(z, look),
    grid3D: {
      boxWidth: 110,
      boxDepth: 110,
      boxHeight: 80,
      environment: look.surface,
      viewControl: { ...eye, projection: "perspective", zoomSensitivity: 0, panSensitivity: 0, damping: 0, animation: false },
      axisPointer: { lineStyle: { color: look.faint } },
      light: { main: { intensity: 1 }, ambient: { intensity: 1 } },
    },
    series: groups.map((group) => ({
      type: "scatter3D",
      name: group.name,
      symbolSize: 4,
      itemStyle: { color: colorOf(look, group.color), opacity: 0.8 },
      emphasis: { itemStyle: { color: look.text }, label: { show: false } },
      label: { show: false },
      data: group.points.map((point) => [...point]),
    })),
  };
}

function axisOf({ name, isLog, tick }: SpaceAxis, look: Look): Option {
  return {
    name,
    type: isLog ? "log" : "value",
    scale: !isLog,
    nameGap: 22,
    splitNumber: 4,
    nameTextStyle: { color: look.text2, fontSize: 12 },
    axisLine: { lineStyle: { color: look.axis, width: 1 } },
    axisTick: { show: false },
    axisLabel: { textStyle: { color: look.muted, fontSize: 11 }, formatter: tick },
    splitLine: { lineStyle: { color: look.grid, width: 1 } },
  };
}
