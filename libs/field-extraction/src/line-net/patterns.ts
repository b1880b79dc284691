/** A kind of text that a class's model looks for in lines. */
export interface LinePattern {
  readonly name: string;
  /** Regular expression, matched without regard to case. */
  readonly source: string;
  /** The feature is the number of matches up to this, divided by it; 1 says only whether there is a match. */
  readonly most: number;
}

/** Words at an amount or a date that say what it is; regular expressions. */
export interface ValueWords {
  readonly total: string;
  readonly part: string;
  readonly final: string;
  readonly paid: string;
  readonly returned: string;
  readonly currency: string;
  readonly date: string;
  readonly otherDate: string;
}

/** Finds patterns in lines. */
export interface PatternReader {
  readonly names: readonly string[];
  /** One number of 0 to 1 for each pattern, in their order. */
  read(text: string): readonly number[];
}

export function patternReader(patterns: readonly LinePattern[]): PatternReader {
  const compiled = patterns.map(({ source, most }) => ({ pattern: new RegExp(source, 'gi'), most }));
  return {
    names: patterns.map(({ name }) => name),
    read: (text) =>
      compiled.map(({ pattern, most }) => {
        if (most === 1) return text.search(pattern) < 0 ? 0 : 1;
        return Math.min(most, text.match(pattern)?.length ?? 0) / most;
      }),
  };
}

/** Says of which kinds the words at a value are. */
export type WordReader = (kind: keyof ValueWords, text: string) => boolean;

export function wordReader(words: ValueWords): WordReader {
  const compiled = new Map<string, RegExp>();
  return (kind, text) => {
    const pattern = compiled.get(kind) ?? new RegExp(words[kind], 'i');
    compiled.set(kind, pattern);
    return pattern.test(text);
  };
}
