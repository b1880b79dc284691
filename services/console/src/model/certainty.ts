/** How sure the fleet is of a value, in a word: colour alone tells nothing to many people. */
export type Certainty = 'certain' | 'likely' | 'doubtful';

/** From this confidence on a value is called likely, and certain. */
const likelyFrom = 0.7;
const certainFrom = 0.9;

export function certaintyOf(confidence: number): Certainty {
  if (confidence >= certainFrom) return 'certain';
  return confidence >= likelyFrom ? 'likely' : 'doubtful';
}
