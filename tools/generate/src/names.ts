import { GenerateError } from './generate-error.ts';

/** One name in the forms in which code writes it. */
export interface NameForms {
  /** `page-check` */
  readonly kebab: string;
  /** `pageCheck` */
  readonly camel: string;
  /** `PageCheck` */
  readonly pascal: string;
  /** `PAGE_CHECK` */
  readonly upper: string;
}

/** Longest name: topics, folders and metrics carry it. */
const maxLength = 30;

/** @throws GenerateError for a name that is not lower-case words joined by `-` */
export function formsOf(name: string): NameForms {
  if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name) || name.length > maxLength) {
    throw new GenerateError(
      `"${name}" is not a name: give lower-case words joined by -, at most ${maxLength} letters, such as page-check`,
    );
  }
  const words = name.split('-');
  const pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return {
    kebab: name,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    pascal,
    upper: words.join('_').toUpperCase(),
  };
}
