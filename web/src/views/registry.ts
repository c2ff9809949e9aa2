// The component of each kind of view, loaded when a page first needs it.
import type { Component } from "svelte";
import type { ViewProps } from "$/cards/card";
import type { ViewKind } from "./view";

type Loader = () => Promise<{ default: Component<ViewProps> }>;

// Each component takes the props of its own kind; which kind it is was decided by the key.
const loader = (load: () => Promise<{ default: unknown }>): Loader => load as Loader;

export const views: Partial<Record<ViewKind, Loader>> = {
  line: loader(() => import("./LineView.svelte")),
  alarms: loader(() => import("./anomaly/AlarmsView.svelte")),
  sensitivity: loader(() => import("./anomaly/SensitivityView.svelte")),
  anomaly: loader(() => import("./anomaly/ScoreView.svelte")),
  sameWeekdays: loader(() => import("./anomaly/WeekdaysView.svelte")),
  smallMultiples: loader(() => import("./anomaly/CohortDaysView.svelte")),
  changes: loader(() => import("./anomaly/ChangesView.svelte")),
  bars: loader(() => import("./BarsView.svelte")),
  histogram: loader(() => import("./HistogramView.svelte")),
  rank: loader(() => import("./RankView.svelte")),
  donut: loader(() => import("./DonutView.svelte")),
  treemap: loader(() => import("./TreemapView.svelte")),
  scatter3d: loader(() => import("./Scatter3dView.svelte")),
  table: loader(() => import("./TableView.svelte")),
  scatter: loader(() => import("./ScatterView.svelte")),
  journey: loader(() => import("./JourneyView.svelte")),
  durations: loader(() => import("./delivery/DurationsView.svelte")),
  map: loader(() => import("./delivery/MapView.svelte")),
  weekHours: loader(() => import("./delivery/WeekHoursView.svelte")),
  abnormal: loader(() => import("./delivery/AbnormalView.svelte")),
  cohorts: loader(() => import("./CohortsView.svelte")),
  cohortCurve: loader(() => import("./CohortCurveView.svelte")),
  funnel: loader(() => import("./FunnelView.svelte")),
  funnelLosses: loader(() => import("./FunnelLossesView.svelte")),
  funnelTrend: loader(() => import("./FunnelTrendView.svelte")),
  forest: loader(() => import("./ForestView.svelte")),
  beforeAfter: loader(() => import("./BeforeAfterView.svelte")),
  bubble: loader(() => import("./BubbleView.svelte")),
  prediction: loader(() => import("./PredictionView.svelte")),
  backtest: loader(() => import("./BacktestView.svelte")),
  topCustomers: loader(() => import("./TopCustomersView.svelte")),
  segmentTable: loader(() => import("./SegmentTableView.svelte")),
  clusters: loader(() => import("./ClustersView.svelte")),
  sankey: loader(() => import("./SankeyView.svelte")),
};
