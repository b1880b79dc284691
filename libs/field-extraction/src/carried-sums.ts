import { findWholePhrase, type SearchText } from '@docfleet/domain';

/** How a sum that is carried from one page to the next is called, in the languages of documents. */
const phrases = [
  'übertrag',
  'zwischensumme',
  'carried forward',
  'brought forward',
  'carry forward',
  'balance forward',
  'continued from',
  'report page',
  'à reporter',
  'sous-total',
  'suma anterior',
  'suma y sigue',
  'riporto',
  'a riportare',
  'transporte',
  'transport vorige',
  'subtotaal',
];

/** Whether a line is a sum carried over a page break or between two parts of a table, and so no row and no total. */
export function isCarriedSum(search: SearchText): boolean {
  return phrases.some((phrase) => (findWholePhrase(search, phrase)?.start ?? Infinity) <= 2);
}
