/** Something a person can put right; its message is shown as it is, without a stack. */
export class Problem extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'Problem';
  }
}

/** What to print of a failure: the message of a problem; of anything else the place matters, so its stack. */
export function explain(error: unknown): string {
  if (error instanceof Problem || !(error instanceof Error)) return messageOf(error);
  return error.stack ?? error.message;
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
