import type { ElementDefinition, StylesheetJson } from "cytoscape";
import { depots } from "../../data/depots";
import { lanes } from "../../data/lanes";
import { regionColour, strain } from "../../helpers/colours";

export const elements: readonly ElementDefinition[] = [
  ...depots.map(({ id, name, region, bays }) => ({ data: { id, name, colour: regionColour[region], size: 18 + bays } })),
  ...lanes.map(({ id, from, to, departures, fill }) => ({
    data: { id, source: from, target: to, width: 1 + departures / 2, colour: strain(fill) },
  })),
];

export const look: StylesheetJson = [
  {
    selector: "node",
    style: {
      width: "data(size)",
      height: "data(size)",
      "background-color": "data(colour)",
      label: "data(name)",
      "font-size": 11,
      "text-valign": "bottom",
      "text-margin-y": 4,
    },
  },
  { selector: "edge", style: { width: "data(width)", "line-color": "data(colour)", "curve-style": "bezier", opacity: 0.8 } },
  { selector: ":selected", style: { "border-width": 3, "border-color": "#14233b", "line-color": "#14233b" } },
];
