// Where places lie on a flat map: web mercator, the whole world in a square of 512 pixels at zoom 0.
import type { Bounds } from "./cells";

export interface Viewpoint {
  longitude: number;
  latitude: number;
  zoom: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

const tile = 512;
export const zoomLimits = { least: 1, most: 16 };

/** In pixels of the world's square at a zoom. */
export function worldPoint(longitude: number, latitude: number, zoom: number): Point {
  const size = tile * 2 ** zoom;
  const sine = Math.sin((Math.max(-85, Math.min(85, latitude)) * Math.PI) / 180);
  return {
    x: size * (longitude / 360 + 0.5),
    y: size * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)),
  };
}

export function placeAt({ x, y }: Point, zoom: number): { longitude: number; latitude: number } {
  const size = tile * 2 ** zoom;
  return {
    longitude: (x / size - 0.5) * 360,
    latitude: (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / size))) * 180) / Math.PI,
  };
}

/** In pixels of a box whose middle is the viewpoint. */
export function pointIn(longitude: number, latitude: number, at: Viewpoint, size: Size): Point {
  const middle = worldPoint(at.longitude, at.latitude, at.zoom);
  const point = worldPoint(longitude, latitude, at.zoom);
  return { x: point.x - middle.x + size.width / 2, y: point.y - middle.y + size.height / 2 };
}

export function zoomWithin(zoom: number): number {
  return Math.min(zoomLimits.most, Math.max(zoomLimits.least, zoom));
}

/** The viewpoint from which all of some bounds are seen, with a margin, no nearer than `most`. */
export function viewOf(bounds: readonly Bounds[], { width, height }: Size, most = 13): Viewpoint {
  if (bounds.length === 0) return { longitude: 0, latitude: 20, zoom: zoomLimits.least };
  const northWest = worldPoint(Math.min(...bounds.map((b) => b.west)), Math.max(...bounds.map((b) => b.north)), 0);
  const southEast = worldPoint(Math.max(...bounds.map((b) => b.east)), Math.min(...bounds.map((b) => b.south)), 0);
  const margin = 0.86;
  const across = (width * margin) / Math.max(1e-9, southEast.x - northWest.x);
  const down = (height * margin) / Math.max(1e-9, southEast.y - northWest.y);
  const zoom = Math.min(most, zoomWithin(Math.log2(Math.min(across, down))));
  const middle = { x: (northWest.x + southEast.x) / 2, y: (northWest.y + southEast.y) / 2 };
  return { ...placeAt(middle, 0), zoom };
}

/** A round length that a bar of at most `most` pixels stands for. */
export function scaleBar(at: Viewpoint, most = 96): { metres: number; pixels: number } {
  const circumference = 40_075_016.686;
  const metresAPixel = (circumference * Math.cos((at.latitude * Math.PI) / 180)) / (tile * 2 ** at.zoom);
  const longest = metresAPixel * most;
  const power = 10 ** Math.floor(Math.log10(longest));
  const metres = power * ([5, 2, 1].find((step) => step * power <= longest) ?? 1);
  return { metres, pixels: metres / metresAPixel };
}

/** How many letters cells have at a zoom, so that one is some pixels wide: 7 when near, 2 when far. */
export function lettersAt(zoom: number, widthOf: (letters: number) => number, least = 6): number {
  const pixelsADegree = (tile * 2 ** zoom) / 360;
  for (let letters = 7; letters > 2; letters -= 1) {
    if (widthOf(letters) * pixelsADegree >= least) return letters;
  }
  return 2;
}
