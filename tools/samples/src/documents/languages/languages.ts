import type { Language } from '../language.ts';
import { dutch } from './dutch.ts';
import { english } from './english.ts';
import { french } from './french.ts';
import { german } from './german.ts';
import { italian } from './italian.ts';
import { spanish } from './spanish.ts';

/** The languages of generated documents; German first, because the labelled invoices mostly are. */
export const languages: readonly [Language, ...Language[]] = [
  german,
  french,
  english,
  spanish,
  italian,
  dutch,
];
