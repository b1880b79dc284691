import type { DocumentClass } from '@docfleet/contracts';
import type { PageReading, Slices } from '@docfleet/domain';
import { layoutOf, type PageLayout } from './layout.ts';
import type { LearnedProposal, LearnedProposals, LearnedScorer, ScoredDocument } from './learned/scorer.ts';
import { scorersOf } from './learned/scorers.ts';
import { findRows } from './rows.ts';

/** A document with its layouts, its rows and what learned models propose; its own pages only, in order. */
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
  for (const page of pages) {
    layouts.push(layoutOf(page));
    yield;
  }
  const rows = yield* findRows(documentClass, layouts);
  const read = { documentClass, layouts, rows };
  const learned = new Map<string, readonly LearnedProposal[]>();
  for (const scorer of scorers) {
    yield;
    for (const [field, proposals] of scorer.propose(read)) learned.set(field, proposals);
  }
  return { ...read, learned };
}
