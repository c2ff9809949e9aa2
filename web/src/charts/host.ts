// An ECharts chart in an element, as large as it is.
import type { Instance } from "./echarts";

export type Init = (element: HTMLElement, theme: null, options?: { renderer: "canvas" }) => Instance;

/** Makes a chart that follows the element's size; `resized` is told of each, the first among them.
    `end` is for when the element goes. */
export function host(element: HTMLElement, init: Init, resized: (width: number) => void): { chart: Instance; end: () => void } {
  const chart = init(element, null, { renderer: "canvas" });
  const observer = new ResizeObserver(() => {
    chart.resize();
    resized(element.clientWidth);
  });
  observer.observe(element);
  return {
    chart,
    end() {
      observer.disconnect();
      chart.dispose();
    },
  };
}
