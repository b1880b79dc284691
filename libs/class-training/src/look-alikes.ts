import { layoutWords } from '@docfleet/field-extraction';
import type { LabelledDocument } from './labelled-document.ts';

/**
 * Share of common layout words from which two documents are of one template. Of the labelled receipts, nine of ten pairs of
 * one merchant have more than 0.41 and no pair of two merchants has more than 0.47; templates of e-invoices under several
 * names have 0.55 to 1.
 */
const sameTemplate = 0.5;

/**
 * The same documents, in larger groups: two groups are one if any two of their documents are of one template, by the share
 * of words that both have at the same quarter of the width of the first page (Jaccard index). A group is named by its first
 * document's.
 */
export function mergeLookAlikes(documents: readonly LabelledDocument[]): readonly LabelledDocument[] {
  const layouts = documents.map(({ pages }) => new Set(layoutWords(pages)));
  const groupOf = new Map(documents.map(({ group }) => [group, group]));
  const merge = (kept: string, given: string): void => {
    for (const [own, group] of groupOf) if (group === given) groupOf.set(own, kept);
  };
  for (const [i, one] of documents.entries()) {
    for (const [j, other] of documents.slice(0, i).entries()) {
      const [kept, given] = [groupOf.get(other.group), groupOf.get(one.group)];
      if (kept === undefined || given === undefined || kept === given) continue;
      if (likeness(layouts[i], layouts[j]) >= sameTemplate) merge(kept, given);
    }
  }
  return documents.map((document) => ({ ...document, group: groupOf.get(document.group) ?? document.group }));
}

function likeness(a: ReadonlySet<string> = new Set(), b: ReadonlySet<string> = new Set()): number {
  const common = [...a].filter((word) => b.has(word)).length;
  return common / Math.max(1, a.size + b.size - common);
}
