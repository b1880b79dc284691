import { z } from 'zod';

/** A change that was made to the code, and what the tests said. */
export interface Mutant {
  readonly file: string;
  /** Where the change begins, from 1. */
  readonly lineNumber: number;
  /** Text of the line where the change begins, without the space around it. */
  readonly line: string;
  /** The code that was changed. */
  readonly original: string;
  readonly replacement: string;
  readonly status: 'noticed' | 'survived' | 'ignored';
}

const explanationSchema = z.strictObject({
  file: z.string(),
  line: z.string(),
  original: z.string(),
  replacement: z.string(),
  /** Why no test can or need notice it. */
  reason: z.string().min(20),
});

/** A surviving mutant that is known, named by its code and not by its line number, so that it outlives changes elsewhere. */
export type Explanation = z.infer<typeof explanationSchema>;

/** @throws ZodError for a file that is no list of explanations. */
export function parseExplanations(text: string): readonly Explanation[] {
  return z.array(explanationSchema).parse(JSON.parse(text));
}

export interface Score {
  readonly noticed: number;
  readonly all: number;
  /** Share of the mutants that the tests noticed, in percent; 100 when there were none. */
  readonly percent: number;
  readonly unexplained: readonly Mutant[];
  /** Explanations of mutants that were noticed, or are no more. */
  readonly outdated: readonly Explanation[];
}

/** Scores the mutants of one project; `explanations` are those of its files. */
export function scoreOf(mutants: readonly Mutant[], explanations: readonly Explanation[]): Score {
  const counted = mutants.filter(({ status }) => status !== 'ignored');
  const survivors = counted.filter(({ status }) => status === 'survived');
  const noticed = counted.length - survivors.length;
  const explains = (mutant: Mutant) => (explanation: Explanation) =>
    explanation.file === mutant.file &&
    explanation.line === mutant.line &&
    explanation.original === mutant.original &&
    explanation.replacement === mutant.replacement;
  return {
    noticed,
    all: counted.length,
    percent: counted.length === 0 ? 100 : (100 * noticed) / counted.length,
    unexplained: survivors.filter((mutant) => !explanations.some(explains(mutant))),
    outdated: explanations.filter(
      (explanation) => !survivors.some((mutant) => explains(mutant)(explanation)),
    ),
  };
}
