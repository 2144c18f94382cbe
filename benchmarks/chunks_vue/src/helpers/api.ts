import { depotOf, depots } from "../data/depots";
import { parcelOf, parcels } from "../data/parcels";
import { days } from "../data/service-levels";

/** Stands for the back end: an answer comes later, never at once. */
async function answer<T>(value: T): Promise<T> {
  await Promise.resolve();
  return value;
}

export const api = {
  depots: () => answer(depots),
  depot: (id: string) => answer(depotOf(id) ?? null),
  parcels: () => answer(parcels),
  parcel: (id: string) => answer(parcelOf(id) ?? null),
  days: () => answer(days),
};
