import { gsap } from "gsap";
import L from "leaflet";
import { depots } from "../../data/depots";
import { lanes } from "../../data/lanes";
import { strain } from "../../helpers/colours";
import { depotMarker, drawDistricts } from "../depots/depot-map";
import { positionOf, type Van, vans } from "./vans";

const positions = new Map(depots.map((depot) => [depot.id, depot.position]));

export interface Layers {
  readonly lanes: L.LayerGroup;
  readonly vans: L.LayerGroup;
  /** Ends what moves. */
  readonly stop: () => void;
}

/** Draws districts, lanes, depots and vans, in that order; vans roll a little along their lane. */
export function drawNetwork(map: L.Map, choose: (van: Van) => void): Layers {
  drawDistricts(map);
  const lines = L.layerGroup(
    lanes.map((lane) =>
      L.polyline([[...positions.get(lane.from)!], [...positions.get(lane.to)!]], {
        color: strain(lane.fill),
        weight: 1 + lane.departures / 2,
        opacity: 0.6,
      }),
    ),
  ).addTo(map);
  for (const depot of depots) depotMarker(depot).addTo(map);
  const markers = vans.map((van) => {
    const marker = L.circleMarker(positionOf(van), {
      radius: 6,
      color: "#14233b",
      weight: 2,
      fillColor: "#f2a33a",
      fillOpacity: 1,
    });
    return marker.bindTooltip(van.plate).on("click", () => choose(van));
  });
  const rolling = markers.map((marker, index) => {
    const van = vans[index]!;
    const way = { share: van.progress };
    return gsap.to(way, {
      share: van.progress + 0.2,
      duration: 90,
      ease: "none",
      onUpdate: () => void marker.setLatLng(positionOf(van, way.share)),
    });
  });
  return { lanes: lines, vans: L.layerGroup(markers).addTo(map), stop: () => rolling.forEach((tween) => tween.kill()) };
}
