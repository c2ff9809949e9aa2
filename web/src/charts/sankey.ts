import type { Option } from "./echarts";
import { colorOf, tint, type Look } from "./look";

export interface Flow {
  from: string;
  to: string;
  value: number;
}

export interface SankeyInput {
  flows: readonly Flow[];
  /** What stands at a node: its name and how many. */
  label: (name: string, count: number) => string;
  /** The colour token of a name. */
  color: (name: string) => string;
}

/** From what it was on the left to what it is on the right; ribbons have the colour of where they come from. */
export function sankeyOption(input: SankeyInput, look: Look): Option {
  const total = (side: "from" | "to") => {
    const sums = new Map<string, number>();
    for (const flow of input.flows) sums.set(flow[side], (sums.get(flow[side]) ?? 0) + flow.value);
    return [...sums].sort((a, b) => b[1] - a[1]);
  };
  const node = (side: "from" | "to") => ([name, count]: [string, number]) => ({
    name: `${side} ${name}`,
    depth: side === "from" ? 0 : 1,
    itemStyle: { color: colorOf(look, input.color(name)) },
    label: { position: side === "from" ? "left" : "right", formatter: input.label(name, count) },
  });
  return {
    animation: false,
    textStyle: { fontFamily: look.font },
    series: [
      {
        type: "sankey",
        left: "22%",
        right: "22%",
        top: 8,
        bottom: 8,
        nodeWidth: 8,
        nodeGap: 10,
        silent: true,
        draggable: false,
        layoutIterations: 32,
        label: { color: look.text2, fontSize: 11 },
        data: [...total("from").map(node("from")), ...total("to").map(node("to"))],
        links: input.flows.map((flow) => ({
          source: `from ${flow.from}`,
          target: `to ${flow.to}`,
          value: flow.value,
          lineStyle: { color: tint(colorOf(look, input.color(flow.from)), 0.28), curveness: 0.5 },
        })),
      },
    ],
  };
}

/** The flows between different names, the largest first; at most `most` of them. */
export function changes(flows: readonly Flow[], most: number): Flow[] {
  return flows
    .filter(({ from, to, value }) => from !== to && value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, most);
}
