export interface Employee {
  readonly id: string;
  readonly name: string;
  readonly role: "controller" | "driver" | "loader";
}

export const staff: readonly Employee[] = [
  { id: "e01", name: "Imogen Thackray", role: "controller" },
  { id: "e02", name: "Dafydd Prosser", role: "driver" },
  { id: "e03", name: "Anwen Malik", role: "driver" },
  { id: "e04", name: "Callum Ferris", role: "driver" },
  { id: "e05", name: "Beatrix Oyelaran", role: "driver" },
  { id: "e06", name: "Rafiq Deane", role: "driver" },
  { id: "e07", name: "Maisie Holroyd", role: "driver" },
  { id: "e08", name: "Tobias Wren", role: "driver" },
  { id: "e09", name: "Niamh Castell", role: "driver" },
  { id: "e10", name: "Oskar Lindley", role: "loader" },
  { id: "e11", name: "Priya Hathersage", role: "loader" },
  { id: "e12", name: "Gethin Rowe", role: "loader" },
];

export const onDuty = staff[0]!;

export const drivers = staff.filter((employee) => employee.role === "driver");
