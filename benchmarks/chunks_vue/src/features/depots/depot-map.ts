import L from "leaflet";
import { type Depot, depots } from "../../data/depots";
import { regionColour } from "../../helpers/colours";
import { ring } from "../../helpers/geo";

/** The district of each depot, as the ground that everything else is drawn on. */
export function drawDistricts(map: L.Map): void {
  for (const depot of depots) {
    const colour = regionColour[depot.region];
    L.polygon(ring(depot.position, 0.17), {
      stroke: true,
      weight: 1,
      color: colour,
      fillOpacity: 0.12,
      interactive: false,
    }).addTo(map);
  }
}

export function depotMarker(depot: Depot, chosen = false): L.CircleMarker {
  const colour = regionColour[depot.region];
  return L.circleMarker([...depot.position], {
    radius: chosen ? 11 : 4 + Math.sqrt(depot.bays),
    color: chosen ? "#14233b" : "#fff",
    weight: 2,
    fillColor: colour,
    fillOpacity: 1,
  }).bindTooltip(depot.name);
}
