export { isCarriedSum } from './carried-sums.ts';
export type { Candidate } from './candidate.ts';
export {
  candidatesOf,
  extractDocument,
  extraction,
  extractorVersion,
  readDocument,
  scopeOf,
  type ReadDocument,
} from './extract.ts';
export { inColumn, layoutOf, leftOf, type PageLayout, type Segment } from './layout.ts';
export { pageMarks, type PageMarks } from './page-marks.ts';
export { priorOf, weightsOf } from './priors.ts';
