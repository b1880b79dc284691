/** Something a person can put right; its message is shown as it is, without a stack. */
export class Problem extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'Problem';
  }
}

/** The sentence in whatever was thrown. */
export function sentenceOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
