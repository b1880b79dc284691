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

/** A guard that schedules notice. */
export const one = (name: string, edit: Edit): Sabotage => ({ name, edits: [edit] });

/** With tests for the situation in which the guard matters. */
export const rare = (name: string, edit: Edit, test = 'libs/stage/test/changes-of-the-group'): Sabotage => ({
  name,
  edits: [edit],
  tests: [test],
});

/** With the tests that notice it: schedules do not execute the guard. */
export const tested = (name: string, edit: Edit, ...tests: readonly string[]): Sabotage => ({
  name,
  edits: [edit],
  tests,
});

/** Edits of files below `src` of a package. */
export const editIn =
  (folder: string) =>
  (file: string, find: string, replace: string): Edit => ({ file: `${folder}/src/${file}`, find, replace });
