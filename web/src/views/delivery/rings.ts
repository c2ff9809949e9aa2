import type { FeatureCollection, Position } from "geojson";
import { worldPoint } from "./mercator";

/** A closed line on the map at zoom 0: x and y in turn, and the box around it. */
export interface Ring {
  points: Float64Array;
  west: number;
  north: number;
  east: number;
  south: number;
}

/** All outlines of some polygons, holes among them: filled by the even-odd rule. */
export function ringsOf({ features }: FeatureCollection): Ring[] {
  return features.flatMap(({ geometry }) => {
    if (geometry.type === "Polygon") return geometry.coordinates.map(ringOf);
    if (geometry.type === "MultiPolygon") return geometry.coordinates.flat().map(ringOf);
    return [];
  });
}

function ringOf(positions: Position[]): Ring {
  const points = new Float64Array(2 * positions.length);
  const ring = { points, west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
  positions.forEach(([longitude = 0, latitude = 0], i) => {
    const { x, y } = worldPoint(longitude, latitude, 0);
    points[2 * i] = x;
    points[2 * i + 1] = y;
    ring.west = Math.min(ring.west, x);
    ring.east = Math.max(ring.east, x);
    ring.north = Math.min(ring.north, y);
    ring.south = Math.max(ring.south, y);
  });
  return ring;
}
