import { toTypedSchema } from "@vee-validate/valibot";
import * as v from "valibot";
import { regions } from "../data/depots";
import { services } from "../data/parcels";

const name = v.pipe(v.string(), v.trim(), v.minLength(2, "At least two letters"), v.maxLength(60, "Sixty letters at most"));

export const depotSchema = v.object({
  name,
  region: v.picklist(regions, "Choose a region"),
  bays: v.pipe(v.number(), v.integer(), v.minValue(1, "One bay at least"), v.maxValue(40, "Forty bays at most")),
  latitude: v.pipe(v.number(), v.minValue(53.4, "South of the area"), v.maxValue(55.2, "North of the area")),
  longitude: v.pipe(v.number(), v.minValue(-3.2, "West of the area"), v.maxValue(0.2, "In the sea")),
});

export const bookingSchema = v.object({
  recipient: name,
  street: v.pipe(v.string(), v.trim(), v.minLength(4, "Street and number")),
  to: v.pipe(v.string(), v.nonEmpty("Choose a depot")),
  service: v.picklist(services),
  weight: v.pipe(v.number(), v.minValue(0.1, "Too light to weigh"), v.maxValue(30, "Freight, not a parcel")),
  volume: v.pipe(v.number(), v.minValue(1, "One litre at least"), v.maxValue(200, "Freight, not a parcel")),
});

export const webhookSchema = v.object({
  address: v.pipe(v.string(), v.url("A full address, please"), v.startsWith("https://", "Only https is called")),
  secret: v.pipe(v.string(), v.minLength(16, "Sixteen characters at least")),
});

export type NewDepot = v.InferOutput<typeof depotSchema>;
export type Booking = v.InferOutput<typeof bookingSchema>;
export type Webhook = v.InferOutput<typeof webhookSchema>;

export const depotForm = toTypedSchema(depotSchema);
export const bookingForm = toTypedSchema(bookingSchema);
export const webhookForm = toTypedSchema(webhookSchema);
