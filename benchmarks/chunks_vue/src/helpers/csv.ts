import Papa from "papaparse";
import { download } from "./download";

export function saveCsv(name: string, rows: ReadonlyArray<Readonly<Record<string, unknown>>>): void {
  download(`${name}.csv`, Papa.unparse([...rows]), "text/csv");
}

export interface Sheet<T> {
  readonly rows: readonly T[];
  readonly problems: readonly string[];
}

export function parseCsv<T>(text: string): Sheet<T> {
  const { data, errors } = Papa.parse<T>(text.trim(), { header: true, dynamicTyping: true, skipEmptyLines: true });
  return { rows: data, problems: errors.map((error) => `Line ${(error.row ?? 0) + 2}: ${error.message}`) };
}
