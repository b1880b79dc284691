export { isCarriedSum } from './carried-sums.ts';
export type { Candidate } from './candidate.ts';
export {
  calibrated,
  calibratedConfidence,
  documentDoubt,
  probabilityOf,
  type CalibratedDocument,
  type DoubtedDocument,
  type DoubtedValue,
} from './confidence.ts';
export {
  candidatesOf,
  decideFields,
  extractDocument,
  extraction,
  extractorVersion,
  scopeOf,
} from './extract.ts';
export { inColumn, layoutOf, leftOf, type PageLayout, type Segment } from './layout.ts';
export { layoutNovelty, layoutWords } from './layout-words.ts';
export type { ScoredCandidate } from './learned/invoice/candidate-rows.ts';
export {
  candidateKinds,
  kindOfField,
  type CandidateKind,
  type ScoredField,
} from './learned/invoice/kinds.ts';
export { linesOf } from './learned/invoice/lines.ts';
export type { LearnedProposal, LearnedProposals, LearnedScorer, ScoredDocument } from './learned/scorer.ts';
export { scorerOf, scorersOf } from './learned/scorers.ts';
export { netLines, type NetLine } from './line-net/lines.ts';
export { prepareLines, type PreparedLines } from './line-net/net-input.ts';
export { seenValues } from './line-net/seen-values.ts';
export { lineReaders, lineSettings, type LineReaders } from './line-net/settings.ts';
export { spanFields, spanText } from './line-net/span-text.ts';
export { pageMarks, type PageMarks } from './page-marks.ts';
export { priorOf, weightsOf } from './priors.ts';
export { readDocument, type ReadDocument } from './read-document.ts';
export type { DoubtFeatures, ReadingFacts } from './value-doubt.ts';
