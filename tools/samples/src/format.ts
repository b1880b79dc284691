/** `1240.5` as `1,240.50`. */
export function amount(value: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** Two decimals and a point, as results are normalised. */
export function plainAmount(value: number): string {
  return value.toFixed(2);
}

export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `2025-03-09`, as results are normalised. */
export function isoDay({ year, month, day }: Day): string {
  return `${year}-${two(month)}-${two(day)}`;
}

/** `03/09/2025`. */
export function monthFirst({ year, month, day }: Day): string {
  return `${two(month)}/${two(day)}/${year}`;
}

/** `09/03/2025`. */
export function dayFirst({ year, month, day }: Day): string {
  return `${two(day)}/${two(month)}/${year}`;
}

const months = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** `March 9, 2025`. */
export function longDay({ year, month, day }: Day): string {
  return `${months[month - 1] ?? ''} ${day}, ${year}`;
}
