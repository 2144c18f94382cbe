import { between, random } from "./random";
import { vehicles } from "./vehicles";

export interface Slot {
  readonly id: string;
  readonly kind: "bay" | "charger" | "parking";
  readonly column: number;
  readonly row: number;
}

export const slots: readonly Slot[] = [
  ...Array.from({ length: 10 }, (_, column) => ({ id: `Bay ${column + 1}`, kind: "bay" as const, column, row: 0 })),
  ...Array.from({ length: 6 }, (_, column) => ({ id: `Charger ${column + 1}`, kind: "charger" as const, column, row: 2 })),
  ...Array.from({ length: 10 }, (_, column) => ({ id: `Space ${column + 1}`, kind: "parking" as const, column, row: 3 })),
];

/** The plate that stands on each taken slot at the start of the shift. */
export const taken: ReadonlyArray<readonly [slot: string, plate: string]> = (() => {
  const next = random(12);
  const free = [...slots];
  return vehicles.slice(0, 15).map((vehicle) => {
    const [slot] = free.splice(between(0, free.length - 1, next), 1);
    return [slot!.id, vehicle.plate] as const;
  });
})();
