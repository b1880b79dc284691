/** A figure of two runs. */
export interface ComparedFigure {
  readonly name: string;
  readonly before: number;
  readonly now: number;
  /** now / before; null where there was nothing before. */
  readonly ratio: number | null;
}

/** Every number that both values have at the same place, by its path: `latencySeconds.p95`. */
export function compare(before: unknown, now: unknown): readonly ComparedFigure[] {
  const old = numbersIn(before, '');
  return [...numbersIn(now, '')].flatMap(([name, value]) => {
    const earlier = old.get(name);
    if (earlier === undefined) return [];
    const ratio = earlier === 0 ? null : Math.round((value / earlier) * 100) / 100;
    return [{ name, before: earlier, now: value, ratio }];
  });
}

function numbersIn(value: unknown, path: string): ReadonlyMap<string, number> {
  if (typeof value === 'number') return new Map([[path, value]]);
  if (typeof value !== 'object' || value === null) return new Map();
  return new Map(
    Object.entries(value).flatMap(([key, inside]) => [
      ...numbersIn(inside, path === '' ? key : `${path}.${key}`),
    ]),
  );
}
