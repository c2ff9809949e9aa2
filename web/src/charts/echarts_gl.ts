// What three dimensions need beyond echarts.ts; fetched only by the pages that have them.
import { Scatter3DChart } from "echarts-gl/charts";
import { Grid3DComponent } from "echarts-gl/components";
import * as core from "echarts/core";
import { init } from "./echarts";

type Extension = Parameters<typeof core.use>[0];
core.use([Scatter3DChart, Grid3DComponent] as unknown as Extension);

export { init };
