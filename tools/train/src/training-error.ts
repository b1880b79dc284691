/** Something the person who started the command can put right. */
export class TrainingError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TrainingError';
  }
}
