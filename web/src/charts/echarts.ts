// The parts of ECharts that the page draws with, and nothing else of it.
import { BarChart, CustomChart, LineChart, PieChart, SankeyChart, ScatterChart } from "echarts/charts";
import {
  DataZoomInsideComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
} from "echarts/components";
import * as core from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

core.use([
  BarChart, CustomChart, LineChart, PieChart, SankeyChart, ScatterChart,
  DataZoomInsideComponent, GridComponent, MarkAreaComponent, MarkLineComponent,
  LabelLayout, CanvasRenderer, SVGRenderer,
]);

export const { init } = core;
export type Option = core.EChartsCoreOption;
export type Instance = core.ECharts;
