import { expect, it } from "vitest";
import { firstEye, spaceOption } from "./space";
import { testLook as look } from "./testing";

const axis = (name: string, isLog = false) => ({ name, isLog, tick: String });

it("groups are points in a box, and the wheel is left to the page", () => {
  const option = spaceOption(
    {
      groups: [{ name: "lost", color: "--c10", points: [[1, 2, 3]] }],
      axes: [axis("Recency", true), axis("Frequency", true), axis("Amount")],
      eye: firstEye,
    },
    look,
  );
  expect(option).toMatchObject({
    xAxis3D: { name: "Recency", type: "log" },
    zAxis3D: { name: "Amount", type: "value", scale: true },
    grid3D: { environment: look.surface, viewControl: { ...firstEye, zoomSensitivity: 0 } },
    series: [{ type: "scatter3D", name: "lost", itemStyle: { color: "#c00010" }, data: [[1, 2, 3]] }],
  });
});
