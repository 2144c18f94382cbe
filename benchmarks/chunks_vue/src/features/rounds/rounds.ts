import { cloneDeep, sumBy } from "lodash-es";
import { defineStore } from "pinia";
import { ref } from "vue";
import { rounds as planned, type Round, type Stop } from "../../data/rounds";

type Draft = Omit<Round, "stops" | "driver"> & { driver: string; stops: Stop[] };

/** The rounds as the controller has put them; the plan stays as it was. */
export const useRounds = defineStore("rounds", () => {
  const rounds = ref<Draft[]>(cloneDeep(planned) as Draft[]);

  function roundOf(id: string): Draft {
    return rounds.value.find((round) => round.id === id)!;
  }

  function move(from: string, oldPlace: number, to: string, newPlace: number): void {
    const [stop] = roundOf(from).stops.splice(oldPlace, 1);
    if (stop) roundOf(to).stops.splice(newPlace, 0, stop);
  }

  function give(id: string, driver: string): void {
    roundOf(id).driver = driver;
  }

  function reset(): void {
    rounds.value = cloneDeep(planned) as Draft[];
  }

  return { rounds, move, give, reset };
});

export function driveOf(stops: readonly Stop[]): number {
  return sumBy(stops, (stop) => stop.drive);
}
