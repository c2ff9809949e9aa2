import { expect, it } from "vitest";
import { tint } from "./look";
import { changes, sankeyOption } from "./sankey";
import { testLook as look } from "./testing";

const flows = [
  { from: "new", to: "lost", value: 5 },
  { from: "new", to: "loyal", value: 20 },
  { from: "loyal", to: "lost", value: 10 },
  { from: "lost", to: "lost", value: 90 },
];

it("who stayed is left out, and the largest flows stand first", () => {
  expect(changes(flows, 2)).toEqual([flows[1], flows[2]]);
});

it("a name is a node on each side, with its sum; ribbons have the colour of where they come from", () => {
  const option = sankeyOption(
    { flows: changes(flows, 9), label: (name, count) => `${name} ${count}`, color: () => "--c3" },
    look,
  );
  const [series] = option["series"] as { data: { name: string; label: { formatter: string } }[]; links: unknown[] }[];
  expect(series?.data.map(({ name, label }) => [name, label.formatter])).toEqual([
    ["from new", "new 25"],
    ["from loyal", "loyal 10"],
    ["to loyal", "loyal 20"],
    ["to lost", "lost 15"],
  ]);
  expect(series?.links[0]).toEqual({
    source: "from new",
    target: "to loyal",
    value: 20,
    lineStyle: { color: tint(look.colors[2] ?? "", 0.28), curveness: 0.5 },
  });
});
