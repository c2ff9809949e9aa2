// A chart as a picture: at twice its size, with its title, the filters and the snapshot in it.
import { getInstanceByDom } from "echarts/core";
import { init, type Option } from "$/charts/echarts";

export interface Caption {
  title: string;
  /** Below the title: subtitle, filters, snapshot. */
  lines: readonly string[];
}

const margin = 16;
const lineHeight = 18;
const titleHeight = 24;
const scale = 2;

/** The place of a chart of ECharts inside an element; null where it draws with HTML. */
export function chartIn(element: Element | null): HTMLElement | null {
  return element?.querySelector<HTMLElement>("[_echarts_instance_]") ?? null;
}

export async function pictureOf(place: HTMLElement, caption: Caption, format: "png" | "svg"): Promise<Blob> {
  const style = getComputedStyle(place);
  const look: Look = {
    text: style.getPropertyValue("--text").trim(),
    muted: style.getPropertyValue("--muted").trim(),
    surface: style.getPropertyValue("--surface").trim(),
    font: style.getPropertyValue("--font").trim(),
  };
  return format === "png" ? png(place, caption, look) : svg(place, caption, look);
}

interface Look {
  text: string;
  muted: string;
  surface: string;
  font: string;
}

async function png(place: HTMLElement, caption: Caption, look: Look): Promise<Blob> {
  const chart = getInstanceByDom(place);
  if (!chart) throw new Error("There is no chart.");
  const drawn = chart.renderToCanvas({ pixelRatio: scale, backgroundColor: look.surface });
  const head = headHeight(caption);
  const canvas = document.createElement("canvas");
  canvas.width = drawn.width + 2 * margin * scale;
  canvas.height = drawn.height + (head + margin) * scale;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser draws no pictures.");
  context.fillStyle = look.surface;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(drawn, margin * scale, head * scale);
  context.scale(scale, scale);
  context.fillStyle = look.text;
  context.font = `600 15px ${look.font}`;
  context.fillText(caption.title, margin, margin + 14);
  context.fillStyle = look.muted;
  context.font = `12px ${look.font}`;
  caption.lines.forEach((line, i) => context.fillText(line, margin, margin + titleHeight + 10 + i * lineHeight));
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture is too large."))), "image/png");
  });
}

function svg(place: HTMLElement, caption: Caption, look: Look): Blob {
  const shown = getInstanceByDom(place);
  if (!shown) throw new Error("There is no chart.");
  const size = { width: shown.getWidth(), height: shown.getHeight() };
  const chart = init(null, null, { renderer: "svg", ssr: true, ...size });
  chart.setOption({ ...(shown.getOption() as Option), animation: false });
  const inner = new DOMParser().parseFromString(quoted(chart.renderToSVGString(), look.font), "image/svg+xml");
  chart.dispose();
  const head = headHeight(caption);
  const outer = element("svg", {
    width: String(scale * (size.width + 2 * margin)),
    height: String(scale * (size.height + head + margin)),
    viewBox: `0 0 ${size.width + 2 * margin} ${size.height + head + margin}`,
    "font-family": look.font,
  });
  outer.append(element("rect", { width: "100%", height: "100%", fill: look.surface }));
  const title = { x: String(margin), y: String(margin + 14), "font-size": "15", "font-weight": "600", fill: look.text };
  outer.append(element("text", title, caption.title));
  caption.lines.forEach((line, i) => {
    const y = String(margin + titleHeight + 10 + i * lineHeight);
    outer.append(element("text", { x: String(margin), y, "font-size": "12", fill: look.muted }, line));
  });
  inner.documentElement.setAttribute("x", String(margin));
  inner.documentElement.setAttribute("y", String(head));
  outer.append(inner.documentElement);
  return new Blob([new XMLSerializer().serializeToString(outer)], { type: "image/svg+xml" });
}

/** ECharts writes the names of fonts into attributes as they are: their quotes would end those. */
function quoted(drawn: string, font: string): string {
  const names = font.match(/"[^"]+"/g) ?? [];
  return names.reduce((text, name) => text.replaceAll(name, name.replaceAll('"', "'")), drawn);
}

function headHeight(caption: Caption): number {
  return margin + titleHeight + caption.lines.length * lineHeight + 4;
}

function element(name: string, attributes: Record<string, string>, text = ""): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

/** Gives a file to the browser's downloads. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
