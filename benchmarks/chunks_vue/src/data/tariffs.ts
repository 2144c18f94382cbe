import type { Service } from "./parcels";

/** Amounts are decimal texts, so that no cent is lost on the way. */
export interface Tariff {
  readonly service: Service;
  readonly base: string;
  readonly perKilogram: string;
  readonly perLitre: string;
  readonly fuel: string;
}

export const tariffs: readonly Tariff[] = [
  { service: "Economy", base: "2.95", perKilogram: "0.18", perLitre: "0.011", fuel: "0.062" },
  { service: "Standard", base: "4.20", perKilogram: "0.24", perLitre: "0.014", fuel: "0.062" },
  { service: "Next day", base: "6.85", perKilogram: "0.37", perLitre: "0.022", fuel: "0.071" },
  { service: "Before noon", base: "11.40", perKilogram: "0.55", perLitre: "0.034", fuel: "0.080" },
];

export function tariffOf(service: Service): Tariff {
  return tariffs.find((tariff) => tariff.service === service)!;
}

export const sampleQuotes = `service,weight,volume
Economy,1.2,6
Economy,8.5,40
Standard,2.0,12
Standard,14.6,75
Next day,0.4,2
Next day,5.1,30
Before noon,0.8,4
Before noon,21.0,110`;
