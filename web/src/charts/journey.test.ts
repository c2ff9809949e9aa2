import { expect, it } from "vitest";
import { journeyOption } from "./journey";
import { testLook as look } from "./testing";

const steps = [
  { name: "start", value: 0, amount: null },
  { name: "1st", value: 20, amount: 30 },
  { name: "2nd", value: 35, amount: 40 },
];
const write = { tick: String, amount: (value: number) => `€${value}` };
const seriesOf = (option: object) => (option as { series: Record<string, unknown>[] }).series;

it("bubbles grow with the amount, the download has none", () => {
  const option = journeyOption({ steps, tail: null, ...write }, look);
  expect(seriesOf(option)).toHaveLength(1);
  expect(seriesOf(option)[0]?.["data"]).toEqual([
    { value: 0, symbolSize: 7, label: { show: false, formatter: "" } },
    { value: 20, symbolSize: 8, label: { show: true, formatter: "€30" } },
    { value: 35, symbolSize: 20, label: { show: true, formatter: "€40" } },
  ]);
});

it("the time since the last order is a dotted step", () => {
  const option = journeyOption({ steps, tail: { name: "now", value: 50, label: "since" }, ...write }, look);
  expect(option["xAxis"]).toMatchObject({ data: ["start", "1st", "2nd", "now"] });
  expect(seriesOf(option)[1]).toMatchObject({ data: [null, null, 35, 50], lineStyle: { type: [2, 3] } });
});
