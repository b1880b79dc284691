const factors: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** The number of a quantity of Kubernetes: `500m` is 0.5, `1Gi` is 1,073,741,824. @throws Error for other texts */
export function numberOf(quantity: string): number {
  const parts = /^(?<digits>\d+(?:\.\d+)?)(?<unit>[A-Za-z]*)$/.exec(quantity)?.groups;
  const factor = factors[parts?.['unit'] ?? ''];
  if (parts === undefined || factor === undefined) throw new Error(`${quantity} is no quantity.`);
  return Number(parts['digits']) * factor;
}
