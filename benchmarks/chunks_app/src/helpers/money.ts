const formats = new Map<string, Intl.NumberFormat>();

export function money(amount: number, currency = "EUR"): string {
  let format = formats.get(currency);
  if (!format) {
    format = new Intl.NumberFormat("en", { style: "currency", currency, maximumFractionDigits: 0 });
    formats.set(currency, format);
  }
  return format.format(amount);
}

export function compact(amount: number): string {
  if (Math.abs(amount) >= 1e6) return `${(amount / 1e6).toFixed(1)} M`;
  if (Math.abs(amount) >= 1e3) return `${(amount / 1e3).toFixed(1)} k`;
  return amount.toFixed(0);
}
