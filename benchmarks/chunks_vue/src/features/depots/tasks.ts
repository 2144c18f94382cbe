import { type Depot } from "../../data/depots";

export interface Task {
  readonly name: string;
  readonly text: string;
}

/** Cards of what a depot has to do before the shift ends. */
export function tasksOf(depot: Depot): Task[] {
  return [
    { name: "Arrivals", text: `${Math.ceil(depot.bays / 2)} trunks before 18:00` },
    { name: "Sort", text: `${Math.round(depot.capacity * 2.4)} parcels on two belts` },
    { name: "Rounds", text: `${Math.ceil(depot.staff / 6)} vans to load by 07:15` },
    { name: "Returns", text: `${depot.bays * 3} cages to empty` },
    { name: "Safety", text: "Walk through with the deputy at 14:00" },
  ];
}
