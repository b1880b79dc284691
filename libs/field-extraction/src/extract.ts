import type { DocumentClass, FieldDefinition } from '@docfleet/contracts';
import {
  type DateOrderEvidence,
  type DocumentFields,
  type FieldValue,
  type FoundDocument,
  type PageReading,
  runAtOnce,
  type Slices,
  unionOf,
} from '@docfleet/domain';
import { addressCandidates } from './addresses.ts';
import type { Candidate, FieldScope } from './candidate.ts';
import { choiceCandidates } from './choices.ts';
import { calibrated, type DoubtedDocument, type DoubtedValue } from './confidence.ts';
import { decide, type Decision } from './decide.ts';
import { lineCandidates } from './labelled-values.ts';
import { labelReader } from './labels.ts';
import { layoutWords } from './layout-words.ts';
import type { PageLayout } from './layout.ts';
import type { LearnedScorer } from './learned/scorer.ts';
import { withLearned } from './learned/with-learned.ts';
import { nameCandidates } from './names.ts';
import { weightsOf } from './priors.ts';
import { readDocument, type ReadDocument } from './read-document.ts';
import type { FoundRows } from './found-rows.ts';
import { modelsDigest } from './generated/models.ts';
import { currencyCandidates } from './currency-candidates.ts';
import { dateCandidates } from './date-candidates.ts';
import { identifierCandidates } from './identifier-candidates.ts';
import { moneyCandidates } from './money-candidates.ts';
import { countDoubt, readingFacts, valueDoubt, type ReadingFacts } from './value-doubt.ts';

/** Source of every value: candidates by grammar and by learned models, whose digest is part of it, with the weights of the class. */
export const extractorVersion = modelsDigest === null ? 'candidates@1' : `candidates@1-${modelsDigest}`;

/** The scope of a field's candidates; `near` is the decided value of the field that it refers to. */
export function scopeOf(
  document: ReadDocument,
  field: FieldDefinition,
  near: Candidate | undefined,
): FieldScope {
  const { layouts, documentClass } = document;
  return {
    documentClass,
    field,
    pages: pagesFor(field, layouts),
    firstPage: layouts[0]?.page ?? 1,
    lastPage: layouts.at(-1)?.page ?? 1,
    labels: labelReader(field),
    near,
    learned: document.learned.get(field.name),
    rows: document.rows.rows,
    dateOrder: document.dateOrder,
  };
}

/** A page with fewer segments is a cover or a blank page, not the first page of the content. */
const fewSegments = 6;

/** `ends`: the first three and the last two pages, so that long documents do not take longer. */
function pagesFor(field: FieldDefinition, layouts: readonly PageLayout[]): readonly PageLayout[] {
  switch (field.pages) {
    case 'first':
      return [layouts.find(({ segments }) => segments.length >= fewSegments) ?? layouts[0]].filter(
        (layout) => layout !== undefined,
      );
    case 'ends':
      return layouts.filter((_, i) => i < 3 || i >= layouts.length - 2);
    case 'all':
      return layouts.filter((_, i) => i < 10 || i >= layouts.length - 10);
  }
}

/** The possible values of a field: those of the grammar of its type, and those of the learned models of its class. */
export function candidatesOf(scope: FieldScope): readonly Candidate[] {
  return withLearned(scope, grammarCandidates(scope));
}

function grammarCandidates(scope: FieldScope): readonly Candidate[] {
  switch (scope.field.type) {
    case 'money':
      return moneyCandidates(scope);
    case 'date':
      return dateCandidates(scope);
    case 'identifier':
      return identifierCandidates(scope);
    case 'currency':
      return currencyCandidates(scope);
    case 'text':
      return textCandidates(scope);
    case 'count':
      return [];
  }
}

function textCandidates(scope: FieldScope): readonly Candidate[] {
  switch (scope.field.shape) {
    case 'name':
      return nameCandidates(scope);
    case 'address':
      return addressCandidates(scope);
    case 'line':
      return lineCandidates(scope);
    case 'choice':
      return choiceCandidates(scope);
  }
}

/** Extracts the fields and rows of one found document from its own pages; `scorers` are by default those of the class. */
export function extractDocument(
  found: FoundDocument,
  documentClass: DocumentClass,
  pages: readonly PageReading[],
  scorers?: readonly LearnedScorer[],
): DocumentFields {
  return runAtOnce(extraction(found, documentClass, pages, scorers));
}

/** The same in slices, for documents of many pages. */
export function* extraction(
  found: FoundDocument,
  documentClass: DocumentClass,
  pages: readonly PageReading[],
  scorers?: readonly LearnedScorer[],
): Slices<DocumentFields> {
  const { calibration } = documentClass;
  const decided = yield* decideFields(documentClass, pages, scorers);
  return {
    ...found,
    ...(calibration === undefined
      ? { fields: decided.values.map(({ value }) => value) }
      : calibrated(calibration, decided)),
    rows: decided.rows.rows,
    rowsSeen: Object.values(decided.rows.seen).reduce((sum, count) => sum + count, 0),
  };
}

/** The decided values of a document as the weights of the class have them, with what confidences are calibrated on. */
export function* decideFields(
  documentClass: DocumentClass,
  pages: readonly PageReading[],
  scorers?: readonly LearnedScorer[],
): Slices<DoubtedDocument & { readonly rows: FoundRows }> {
  const document = yield* readDocument(documentClass, pages, scorers);
  const reading = readingFacts(pages);
  const chosen = new Map<string, Candidate>();
  const values: DoubtedValue[] = [];
  for (const field of documentClass.fields) {
    yield;
    if (field.type === 'count') {
      values.push(...countOf(document, field, reading));
      continue;
    }
    const near = field.near === null ? undefined : chosen.get(field.near);
    const candidates = candidatesOf(scopeOf(document, field, near));
    const decision = decide(candidates, weightsOf(field));
    if (decision === undefined) continue;
    chosen.set(field.name, decision.candidate);
    const guessed = isGuessed(decision, document.dateOrder);
    const { confidence } = decision;
    values.push({
      value: toFieldValue(field, decision.candidate, guessed ? confidence / 2 : confidence),
      doubt: { ...valueDoubt({ field, candidates, decision }, reading), ...(guessed && { guessed: 1 }) },
    });
  }
  return { values, reading, layout: layoutWords(pages), rows: document.rows };
}

/**
 * A date whose day and month only a guess tells apart, as both readings are as likely, and an amount that no label names.
 * Half of the confidence is left of them before calibration.
 */
function isGuessed({ candidate: { features } }: Decision, { isDecided }: DateOrderEvidence): boolean {
  return (!isDecided && features['date:ambiguous'] === 1) || features['money:unlabelled'] === 1;
}

function toFieldValue(field: FieldDefinition, candidate: Candidate, confidence: number): FieldValue {
  return {
    name: field.name,
    type: field.type,
    value: candidate.value,
    normalised: candidate.normalised,
    confidence: Math.round(confidence * 1e4) / 1e4,
    provenance: {
      page: candidate.layout.page,
      box: candidate.box,
      words: candidate.words.map((word) => word.text).join(' '),
    },
    source: extractorVersion,
  };
}

/**
 * A count is the number of rows; its confidence follows the share of rows that were extracted, and whether their amounts
 * add up to one that is printed outside them.
 */
function countOf(document: ReadDocument, field: FieldDefinition, reading: ReadingFacts): DoubtedValue[] {
  const rows = document.rows.rows.filter((row) => row.group === field.counts);
  const seen = field.counts === null ? 0 : (document.rows.seen[field.counts] ?? 0);
  const [first] = rows;
  const box = unionOf(
    rows.filter((row) => row.provenance.page === first?.provenance.page).map((row) => row.provenance.box),
  );
  if (first === undefined || box === undefined) return [];
  const count = String(rows.length);
  const trust = field.counts !== null && document.rows.addUp.has(field.counts) ? 0.9 : 0.6;
  const value: FieldValue = {
    name: field.name,
    type: field.type,
    value: count,
    normalised: count,
    confidence: Math.round((trust * rows.length * 1e4) / Math.max(1, seen)) / 1e4,
    provenance: { page: first.provenance.page, box, words: first.provenance.words },
    source: extractorVersion,
  };
  return [{ value, doubt: countDoubt(value.confidence, reading) }];
}
