const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function count(value: number): string {
  return whole.format(value);
}

export function percent(value: number): string {
  return `${tenths.format(value)} %`;
}

export function kilograms(value: number): string {
  return `${tenths.format(value)} kg`;
}
