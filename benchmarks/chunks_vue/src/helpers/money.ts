import Decimal from "decimal.js";
import { type Tariff, tariffOf } from "../data/tariffs";
import type { Service } from "../data/parcels";

const format = new Intl.NumberFormat("en-GB", { style: "currency", currency: "GBP" });

export function pounds(amount: Decimal.Value): string {
  return format.format(new Decimal(amount).toDecimalPlaces(2, Decimal.ROUND_HALF_EVEN).toNumber());
}

export interface Load {
  readonly service: Service;
  readonly weight: Decimal.Value;
  readonly volume: Decimal.Value;
}

export interface Charge {
  readonly base: Decimal;
  readonly load: Decimal;
  readonly fuel: Decimal;
  readonly total: Decimal;
}

/** What a parcel costs: the larger of weight and volume counts, and fuel is added to both. */
export function chargeOf(load: Load, tariff: Tariff = tariffOf(load.service)): Charge {
  const base = new Decimal(tariff.base);
  const byWeight = new Decimal(load.weight).times(tariff.perKilogram);
  const byVolume = new Decimal(load.volume).times(tariff.perLitre);
  const larger = Decimal.max(byWeight, byVolume);
  const fuel = base.plus(larger).times(tariff.fuel);
  return { base, load: larger, fuel, total: base.plus(larger).plus(fuel) };
}

export function sum(amounts: readonly Decimal.Value[]): Decimal {
  return amounts.reduce<Decimal>((total, amount) => total.plus(amount), new Decimal(0));
}
