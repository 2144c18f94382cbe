import { daysAgo } from "./clock";
import { depots } from "./depots";
import { between, pick, random, weighted } from "./random";
import { drivers } from "./staff";

export type VehicleState = "on the road" | "loading" | "workshop";

export interface Vehicle {
  readonly plate: string;
  readonly model: string;
  readonly depot: string;
  readonly driver: string;
  readonly state: VehicleState;
  /** Percent. */
  readonly charge: number;
  readonly mileage: number;
  readonly payload: number;
  readonly serviced: Date;
}

const next = random(77);

const models = ["Lynx E3", "Lynx E3 Long", "Corvid 35", "Corvid 35 High", "Pannier Cargo Bike", "Atlas 12t"];
const letters = "ABCDEFGHJKLMNPRSTUVWXY".split("");

export const vehicles: readonly Vehicle[] = Array.from({ length: 48 }, () => ({
  plate: `${pick(letters, next)}${pick(letters, next)}${between(20, 26, next)} ${pick(letters, next)}${pick(letters, next)}${pick(letters, next)}`,
  model: pick(models, next),
  depot: pick(depots, next).id,
  driver: pick(drivers, next).id,
  state: weighted<VehicleState>(
    [
      ["on the road", 6],
      ["loading", 3],
      ["workshop", 1],
    ],
    next,
  ),
  charge: between(12, 100, next),
  mileage: between(1, 180, next) * 1000,
  payload: between(8, 52, next) * 25,
  serviced: daysAgo(between(3, 320, next)),
}));

/** Energy used by the fleet on each of the last days, in kilowatt-hours. */
export function energyUse(days = 60): number[] {
  const next = random(404);
  return Array.from({ length: days }, (_, day) => Math.round(1800 + 420 * Math.sin(day / 3.5) + 300 * next()));
}
