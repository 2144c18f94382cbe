import { between, pick, random } from "../helpers/random";

export interface Grower {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly fruit: string;
  readonly hectares: number;
  readonly rating: number;
  readonly since: Date;
}

export const regions = ["Alto", "Basso", "Costa", "Piana"] as const;
export const fruits = ["Apples", "Pears", "Plums", "Cherries", "Quinces", "Walnuts"] as const;

const families = [
  "Aldana", "Bertocchi", "Cavalcante", "Dufour", "Espinoza", "Falk", "Giraud", "Hallström", "Ionescu", "Jansen",
  "Kovač", "Lindqvist", "Moreau", "Novák", "Oliveira", "Pellegrini", "Quintana", "Rossi", "Schuster", "Tavares",
  "Ulrich", "Valente", "Wójcik", "Ximenes", "Yilmaz", "Zamora",
];
const places = ["Hill", "Brook", "Terrace", "Orchard", "Meadow", "Ridge", "Grove", "Field"];

const next = random(17);

export const growers: readonly Grower[] = Array.from({ length: 64 }, (_, index) => ({
  id: `g${index + 1}`,
  name: `${pick(families, next)} ${pick(places, next)}`,
  region: pick(regions, next),
  fruit: pick(fruits, next),
  hectares: between(2, 180, next),
  rating: between(1, 5, next),
  since: new Date(Date.UTC(1990 + between(0, 34, next), between(0, 11, next), between(1, 28, next))),
}));

export function growerOf(id: string): Grower | undefined {
  return growers.find((grower) => grower.id === id);
}
