import { depotOf } from "../../data/depots";
import { lanes } from "../../data/lanes";

export interface Way {
  readonly depots: readonly string[];
  readonly minutes: number;
}

const CHANGE = 20;

/** The fastest way over the trunk lanes, with the time that a change of trunk takes (Dijkstra). */
export function fastest(from: string, to: string): Way | undefined {
  const best = new Map<string, Way>([[from, { depots: [from], minutes: 0 }]]);
  const open = new Set([from]);
  while (open.size) {
    const here = [...open].reduce((one, two) => (best.get(one)!.minutes <= best.get(two)!.minutes ? one : two));
    if (here === to) break;
    open.delete(here);
    const way = best.get(here)!;
    for (const lane of lanes) {
      const there = lane.from === here ? lane.to : lane.to === here ? lane.from : undefined;
      if (!there) continue;
      const minutes = way.minutes + lane.minutes + (here === from ? 0 : CHANGE);
      if (minutes < (best.get(there)?.minutes ?? Infinity)) {
        best.set(there, { depots: [...way.depots, there], minutes });
        open.add(there);
      }
    }
  }
  return best.get(to);
}

export function described(depots: readonly string[]): string {
  return depots.map((id) => depotOf(id)?.name ?? id).join(" → ");
}
