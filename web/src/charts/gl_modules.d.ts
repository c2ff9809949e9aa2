declare module "echarts-gl/charts" {
  export const Scatter3DChart: (registers: unknown) => void;
}
declare module "echarts-gl/components" {
  export const Grid3DComponent: (registers: unknown) => void;
}
