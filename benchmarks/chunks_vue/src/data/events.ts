import { minutesAgo } from "./clock";

export interface ShiftEvent {
  readonly at: Date;
  readonly text: string;
  readonly kind: "primary" | "success" | "warning" | "danger";
}

export const shiftEvents: readonly ShiftEvent[] = [
  { at: minutesAgo(8), kind: "success", text: "Harwick cleared the morning sort, nine minutes early." },
  { at: minutesAgo(31), kind: "warning", text: "Trunk from Millbrook to Saltmouth delayed by cattle on the road." },
  { at: minutesAgo(54), kind: "primary", text: "Round C handed over to Callum Ferris." },
  { at: minutesAgo(97), kind: "danger", text: "Belt 2 in Thornlea stopped; parcels go over belt 1 by hand." },
  { at: minutesAgo(140), kind: "primary", text: "Day shift began with 61 of 64 people." },
];

export const announcements: readonly string[] = [
  "Bank holiday on Monday: collections end at noon on Saturday.",
  "New scanners for Whinsea and Penhallow arrive on Thursday.",
  "Parcels above 25 kg need two people, also on the ramp.",
];
