import { depots } from "./depots";
import { parcels } from "./parcels";
import { between, pick, random } from "./random";
import { drivers } from "./staff";

export interface Stop {
  readonly id: string;
  readonly address: string;
  readonly recipient: string;
  readonly parcels: number;
  /** Minutes from the stop before. */
  readonly drive: number;
}

export interface Round {
  readonly id: string;
  readonly depot: string;
  readonly driver: string;
  readonly stops: readonly Stop[];
}

const next = random(1313);

export const rounds: readonly Round[] = ["A", "B", "C", "D"].map((letter, index) => ({
  id: `Round ${letter}`,
  depot: depots[index * 2]!.id,
  driver: drivers[index]!.id,
  stops: Array.from({ length: between(6, 9, next) }, (_, stop) => {
    const parcel = pick(parcels, next);
    return {
      id: `${letter}${stop + 1}`,
      address: parcel.street,
      recipient: parcel.recipient,
      parcels: between(1, 4, next),
      drive: between(3, 14, next),
    };
  }),
}));
