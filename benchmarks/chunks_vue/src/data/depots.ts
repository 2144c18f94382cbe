import { between, random } from "./random";

export interface Depot {
  readonly id: string;
  readonly name: string;
  readonly region: Region;
  readonly position: readonly [latitude: number, longitude: number];
  readonly bays: number;
  readonly staff: number;
  /** Parcels that it sorts in an hour at most. */
  readonly capacity: number;
  readonly opened: string;
  readonly notice: string;
}

export const regions = ["Northmarch", "Vale", "Coast", "Hills"] as const;
export type Region = (typeof regions)[number];

const next = random(2207);

const sites: ReadonlyArray<readonly [id: string, name: string, region: Region, latitude: number, longitude: number]> = [
  ["harwick", "Harwick", "Northmarch", 54.92, -2.31],
  ["easterby", "Easterby", "Northmarch", 54.78, -1.72],
  ["colne-cross", "Colne Cross", "Northmarch", 54.66, -2.64],
  ["millbrook", "Millbrook", "Vale", 54.21, -2.02],
  ["thornlea", "Thornlea", "Vale", 54.05, -1.61],
  ["aske-green", "Aske Green", "Vale", 54.33, -1.38],
  ["saltmouth", "Saltmouth", "Coast", 54.41, -0.79],
  ["whinsea", "Whinsea", "Coast", 54.02, -0.42],
  ["penhallow", "Penhallow", "Coast", 53.74, -0.68],
  ["garthdale", "Garthdale", "Hills", 53.91, -2.48],
  ["stonebeck", "Stonebeck", "Hills", 53.68, -2.12],
  ["upper-fell", "Upper Fell", "Hills", 54.28, -2.71],
];

const notices = [
  "Bay **3** stays closed until the dock leveller is repaired. Use bay 4 for *trunk arrivals* after 18:00.",
  "Weighbridge calibrated. Report any difference above `0.5 %` to the controller.",
  "Road works on the eastern approach: allow **twelve minutes** more for the first wave.",
  "Night sort starts at 21:30 this week. The canteen opens at 21:00.",
];

export const depots: readonly Depot[] = sites.map(([id, name, region, latitude, longitude], index) => ({
  id,
  name,
  region,
  position: [latitude, longitude],
  bays: between(4, 18, next),
  staff: between(18, 140, next),
  capacity: between(8, 44, next) * 100,
  opened: `${between(1988, 2024, next)}-0${between(1, 9, next)}-01`,
  notice: notices[index % notices.length]!,
}));

export function depotOf(id: string): Depot | undefined {
  return depots.find((depot) => depot.id === id);
}

/** Parcels sorted in each hour of the shift so far. */
export function hourlyLoad(depot: Depot): number[] {
  const next = random(depot.capacity + depot.bays);
  return Array.from({ length: 24 }, (_, hour) => {
    const waves = Math.exp(-((hour - 5) ** 2) / 6) + 0.8 * Math.exp(-((hour - 20) ** 2) / 9);
    return Math.round(depot.capacity * (0.08 + 0.75 * waves + 0.1 * next()));
  });
}
