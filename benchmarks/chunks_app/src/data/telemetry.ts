import { random } from "../helpers/random";

export interface Reading {
  readonly hour: number;
  readonly soil: number;
  readonly air: number;
  readonly wind: number;
}

export function readings(seed: number, hours = 72): Reading[] {
  const next = random(seed);
  let soil = 0.4;
  return Array.from({ length: hours }, (_, hour) => {
    soil = Math.min(0.9, Math.max(0.1, soil + (next() - 0.52) * 0.05));
    return {
      hour,
      soil,
      air: 14 + 8 * Math.sin(((hour % 24) - 6) * (Math.PI / 12)) + next() * 2,
      wind: 6 + next() * 14,
    };
  });
}
