import type { DocumentClass } from '@docfleet/contracts';
import { dateOrderOf, inPrintedOrder, type PageReading, type Slices } from '@docfleet/domain';
import { layoutOf, type PageLayout } from './layout.ts';
import type { LearnedProposal, LearnedProposals, LearnedScorer, ScoredDocument } from './learned/scorer.ts';
import { scorersOf } from './learned/scorers.ts';
import { findRows } from './rows.ts';

/** A document with its layouts, its rows and what learned models propose; its own pages only, in the order of their printed numbers. */
export interface ReadDocument extends ScoredDocument {
  readonly learned: LearnedProposals;
}

/** Reads layouts and rows once a document; `scorers` are by default those of the class in this release. */
export function* readDocument(
  documentClass: DocumentClass,
  pages: readonly PageReading[],
  scorers: readonly LearnedScorer[] = scorersOf(documentClass),
): Slices<ReadDocument> {
  const layouts: PageLayout[] = [];
  for (const page of inPrintedOrder(pages)) {
    layouts.push(layoutOf(page));
    yield;
  }
  const rows = yield* findRows(documentClass, layouts);
  const lines = pages.flatMap((page) => page.lines.map(({ text }) => text));
  const read = { documentClass, layouts, rows, dateOrder: dateOrderOf(lines, documentClass.dateOrder) };
  const learned = new Map<string, readonly LearnedProposal[]>();
  for (const scorer of scorers) {
    yield;
    for (const [field, proposals] of scorer.propose(read)) learned.set(field, proposals);
  }
  return { ...read, learned };
}
