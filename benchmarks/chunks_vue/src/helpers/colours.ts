import type { Stage } from "../data/parcels";
import type { Region } from "../data/depots";

export const palette = ["#1f6feb", "#f2a33a", "#2f9e6b", "#7357c9", "#d64545", "#3aa6c2"] as const;

export const regionColour: Record<Region, string> = {
  Northmarch: palette[0],
  Vale: palette[2],
  Coast: palette[5],
  Hills: palette[3],
};

export const stageColour: Record<Stage, string> = {
  booked: "#94a3b8",
  collected: palette[5],
  sorted: palette[0],
  "on-round": palette[1],
  delivered: palette[2],
  held: palette[4],
};

/** From green to red as a share of 100 gets near to it. */
export function strain(percent: number): string {
  if (percent > 90) return palette[4];
  return percent > 75 ? palette[1] : palette[2];
}
