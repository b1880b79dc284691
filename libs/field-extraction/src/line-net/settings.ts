import { z } from 'zod';
import { patternReader, wordReader, type PatternReader, type WordReader } from './patterns.ts';

const settings = z.strictObject({
  patterns: z
    .array(z.strictObject({ name: z.string(), source: z.string(), most: z.int().positive() }).readonly())
    .readonly(),
  words: z
    .strictObject({
      total: z.string(),
      part: z.string(),
      final: z.string(),
      paid: z.string(),
      returned: z.string(),
      currency: z.string(),
      date: z.string(),
      otherDate: z.string(),
    })
    .readonly(),
});

/** What a line net's model looks for in texts. */
export type LineSettings = Readonly<z.infer<typeof settings>>;

/** @throws ZodError that names what is missing or wrong */
export function lineSettings(given: unknown): LineSettings {
  return settings.parse(given);
}

/** The patterns and words of a model, ready to be matched. */
export interface LineReaders {
  readonly patterns: PatternReader;
  readonly words: WordReader;
}

export function lineReaders({ patterns, words }: LineSettings): LineReaders {
  return { patterns: patternReader(patterns), words: wordReader(words) };
}
