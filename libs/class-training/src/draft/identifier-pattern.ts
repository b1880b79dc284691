/** More forms than this are no form. */
const maxForms = 4;

/**
 * A regular expression for identifiers like the given ones, each of a form such as letters, dash, digits. Digits may be up to
 * two more than were seen. Null where the values have too many forms, or no digit: the usual pattern then applies.
 */
export function identifierPattern(values: readonly string[]): string | null {
  const forms = new Map<string, Run[]>();
  for (const value of values) {
    const word = value.trim().replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
    if (word === '' || !/\d/.test(word) || /[^!-~]/.test(value.trim())) return null;
    const runs = runsOf(word);
    const key = runs.map(({ kind }) => kind).join('');
    const known = forms.get(key);
    forms.set(
      key,
      known?.map((run, i) => ({
        kind: run.kind,
        min: Math.min(run.min, runs[i]?.min ?? run.min),
        max: Math.max(run.max, runs[i]?.max ?? run.max),
      })) ?? runs,
    );
  }
  if (forms.size === 0 || forms.size > maxForms) return null;
  return [...forms.values()].map((runs) => runs.map(expressionOf).join('')).join('|');
}

interface Run {
  /** `A` letters, `9` digits, else the character itself. */
  readonly kind: string;
  readonly min: number;
  readonly max: number;
}

function runsOf(word: string): Run[] {
  return [...word.matchAll(/[A-Za-z]+|\d+|([^A-Za-z\d])\1*/g)].map(([text, mark]) => ({
    kind: mark ?? (/\d/.test(text) ? '9' : 'A'),
    min: text.length,
    max: text.length,
  }));
}

function expressionOf({ kind, min, max }: Run): string {
  if (kind === '9') return String.raw`\d{${String(Math.max(1, min - 1))},${String(max + 2)}}`;
  const one = kind === 'A' ? '[A-Z]' : kind.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  if (max === 1) return one;
  return min === max ? `${one}{${String(min)}}` : `${one}{${String(min)},${String(max)}}`;
}
