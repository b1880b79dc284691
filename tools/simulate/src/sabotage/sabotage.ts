/** A replacement of text in a source file. */
export interface Edit {
  /** Path from the root of the repository. */
  readonly file: string;
  /** Text that is in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** The removal of a guard, to show that schedules or tests detect it. Never part of the product. */
export interface Sabotage {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** Test files, or parts of their paths, that detect what is too rare in schedules. */
  readonly tests?: readonly string[];
}
