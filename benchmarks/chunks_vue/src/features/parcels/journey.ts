import { now } from "../../data/clock";
import { depotOf } from "../../data/depots";
import { type Parcel, stages } from "../../data/parcels";

export interface Step {
  readonly title: string;
  readonly where: string;
  readonly at: Date;
  readonly done: boolean;
}

const titles = ["Booked", "Collected", "Sorted", "On its round", "Delivered"];

/** The way of a parcel from its booking to the door; a held one stands where it was sorted. */
export function journeyOf(parcel: Parcel): Step[] {
  const reached = parcel.stage === "held" ? 2 : stages.indexOf(parcel.stage);
  const from = depotOf(parcel.from)?.name ?? parcel.from;
  const to = depotOf(parcel.to)?.name ?? parcel.to;
  const pace = (now.getTime() - parcel.booked.getTime()) / (reached + 1);
  const places = ["Online", from, from, to, parcel.street];
  return titles.map((title, index) => ({
    title,
    where: places[index]!,
    at: new Date(parcel.booked.getTime() + index * pace),
    done: index <= reached,
  }));
}

export function progressOf(parcel: Parcel): number {
  return journeyOf(parcel).filter((step) => step.done).length;
}
