import { documentClasses } from './generated/classes.ts';

/** Names of the classes that a submission may name: those with fields. */
export const submittedClasses: readonly string[] = [
  ...new Set(documentClasses.filter(({ fields }) => fields.length > 0).map(({ name }) => name)),
];
