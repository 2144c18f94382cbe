import * as z from "zod";

export const growerSchema = z.object({
  name: z.string().min(2, "Say what the farm is called"),
  email: z.email("This is no e-mail address"),
  region: z.enum(["Alto", "Basso", "Costa", "Piana"]),
  hectares: z.coerce.number().positive("A farm has land").max(5000),
  organic: z.boolean(),
});

export type NewGrower = z.output<typeof growerSchema>;

export const settingsSchema = z.object({
  company: z.string().min(1),
  currency: z.enum(["EUR", "CHF", "GBP"]),
  notify: z.array(z.enum(["orders", "sensors", "prices"])),
  retention: z.int().min(7).max(3650),
});

export type Settings = z.output<typeof settingsSchema>;
