import type { Option } from "./echarts";
import { categoryAxis, frameOption, valueAxis } from "./frame";
import { tint, type Look } from "./look";

export interface JourneyStep {
  /** start, 1st, 2nd ... */
  name: string;
  /** Since the download, on the y axis. */
  value: number;
  /** Mean amount of this order; null for the download. */
  amount: number | null;
}

export interface JourneyInput {
  steps: readonly JourneyStep[];
  /** From the last order to now; null where it is not known. */
  tail: { name: string; value: number; label: string } | null;
  tick: (value: number) => string;
  amount: (value: number) => string;
}

const smallest = 8;
const largest = 20;
/** Amounts that differ by less than this share of the largest do not span all sizes. */
const leastSpan = 0.25;

/** A stepped path from the download to the last order; the bubble of an order is as large as its mean amount. */
export function journeyOption({ steps, tail, tick, amount }: JourneyInput, look: Look): Option {
  const amounts = steps.flatMap((step) => (step.amount === null ? [] : [step.amount]));
  const [least, most] = [Math.min(...amounts), Math.max(...amounts)];
  const span = Math.max(most - least, leastSpan * most);
  const size = (step: JourneyStep) =>
    step.amount === null ? 7 : smallest + ((largest - smallest) * (step.amount - least)) / span;
  const last = steps.at(-1);
  const names = [...steps.map(({ name }) => name), ...(tail ? [tail.name] : [])];
  return {
    ...frameOption(look),
    xAxis: categoryAxis(look, names, true),
    yAxis: valueAxis(look, tick),
    series: [
      {
        type: "line",
        step: "end",
        silent: true,
        showAllSymbol: true,
        symbol: "circle",
        lineStyle: { color: tint(look.accent, 0.55), width: 1.5 },
        itemStyle: { color: look.accent, borderColor: look.surface, borderWidth: 1.5 },
        data: steps.map((step) => ({
          value: step.value,
          symbolSize: size(step),
          label: { show: step.amount !== null, formatter: step.amount === null ? "" : amount(step.amount) },
        })),
        label: { position: "top", distance: 5, fontSize: 11, color: look.text2 },
        labelLayout: { hideOverlap: true },
      },
      ...(tail && last ? [tailOf(steps.length, last.value, tail, look)] : []),
    ],
  };
}

function tailOf(steps: number, from: number, tail: { value: number; label: string }, look: Look): Option {
  return {
    type: "line",
    step: "end",
    silent: true,
    symbol: "none",
    lineStyle: { color: look.faint, width: 1.5, type: [2, 3] },
    data: [...Array.from({ length: steps }, (_, at) => (at === steps - 1 ? from : null)), tail.value],
    endLabel: { show: true, formatter: tail.label, align: "right", offset: [-4, -8], fontSize: 11, color: look.muted },
  };
}
