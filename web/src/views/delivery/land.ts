// The coastline of the world, drawn without asking anybody: world-atlas at 1 : 50 million, an asset of
// this page that is fetched when a map is first shown.
import type { FeatureCollection } from "geojson";
import type { Topology } from "topojson-specification";
import url from "world-atlas/land-50m.json?url";

let land: Promise<FeatureCollection> | null = null;

/** The land as GeoJSON; fetched once. */
export function loadLand(): Promise<FeatureCollection> {
  land ??= fetchLand();
  return land;
}

async function fetchLand(): Promise<FeatureCollection> {
  const [{ feature }, answer] = await Promise.all([import("topojson-client"), fetch(url)]);
  const topology = (await answer.json()) as Topology;
  const of = topology.objects["land"];
  if (!of) return { type: "FeatureCollection", features: [] };
  const made = feature(topology, of);
  return made.type === "FeatureCollection" ? made : { type: "FeatureCollection", features: [made] };
}
