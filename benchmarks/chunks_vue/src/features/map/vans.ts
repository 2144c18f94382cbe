import { depots } from "../../data/depots";
import { lanes } from "../../data/lanes";
import { random } from "../../data/random";
import { vehicles } from "../../data/vehicles";
import { along, type Position } from "../../helpers/geo";

export interface Van {
  readonly plate: string;
  readonly from: Position;
  readonly to: Position;
  readonly fill: number;
  /** The share of its way that it has behind it. */
  readonly progress: number;
}

export const vans: readonly Van[] = (() => {
  const next = random(2024);
  const positions = new Map(depots.map((depot) => [depot.id, depot.position]));
  const moving = vehicles.filter((vehicle) => vehicle.state === "on the road").slice(0, lanes.length);
  return moving.map((vehicle, index) => {
    const lane = lanes[index]!;
    return {
      plate: vehicle.plate,
      from: positions.get(lane.from)!,
      to: positions.get(lane.to)!,
      fill: lane.fill,
      progress: 0.1 + 0.7 * next(),
    };
  });
})();

export function positionOf(van: Van, progress = van.progress): [number, number] {
  return along(van.from, van.to, progress);
}
