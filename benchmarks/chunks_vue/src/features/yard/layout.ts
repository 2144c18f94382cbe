import { type Slot, slots } from "../../data/yard";

export const WIDTH = 980;
export const HEIGHT = 460;

const CELL = { width: 90, height: 100 };
const MARGIN = 24;

export const kindColour: Record<Slot["kind"], string> = { bay: "#1f6feb", charger: "#2f9e6b", parking: "#94a3b8" };

export function cornerOf(slot: Slot): { x: number; y: number } {
  return { x: MARGIN + slot.column * (CELL.width + 3), y: MARGIN + slot.row * (CELL.height + 6) };
}

export function centreOf(slot: Slot): { x: number; y: number } {
  const { x, y } = cornerOf(slot);
  return { x: x + CELL.width / 2, y: y + CELL.height / 2 };
}

export const size = CELL;

/** The slot under a point, or else the nearest one. */
export function slotAt(x: number, y: number): Slot {
  const away = (slot: Slot) => Math.hypot(centreOf(slot).x - x, centreOf(slot).y - y);
  return slots.reduce((near, slot) => (away(slot) < away(near) ? slot : near));
}
