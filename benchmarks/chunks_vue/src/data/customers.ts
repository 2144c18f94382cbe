export interface Customer {
  readonly id: string;
  readonly name: string;
  readonly town: string;
}

export const customers: readonly Customer[] = [
  { id: "c01", name: "Larkspur Books", town: "Harwick" },
  { id: "c02", name: "Tamsin & Gray Ceramics", town: "Millbrook" },
  { id: "c03", name: "Northern Bicycle Works", town: "Easterby" },
  { id: "c04", name: "Brightwell Optics", town: "Thornlea" },
  { id: "c05", name: "Cask and Crate", town: "Saltmouth" },
  { id: "c06", name: "Fernside Nursery", town: "Aske Green" },
  { id: "c07", name: "Halden Instruments", town: "Stonebeck" },
  { id: "c08", name: "Quill Stationers", town: "Whinsea" },
  { id: "c09", name: "The Wool Exchange", town: "Garthdale" },
  { id: "c10", name: "Peverell Dental Supply", town: "Penhallow" },
  { id: "c11", name: "Marram Outdoor", town: "Whinsea" },
  { id: "c12", name: "Oddments & Sons", town: "Colne Cross" },
];

export function customerOf(id: string): Customer | undefined {
  return customers.find((customer) => customer.id === id);
}
