export { buildExtraction } from './build.ts';
export { extractionSettings, type ExtractionConfig } from './config.ts';
export { extractionStage, extractionVersion, type ExtractionParts } from './stage.ts';
export type { Candidate } from './core/candidate.ts';
export { candidatesOf, extractDocument, readDocument, scopeOf, type ReadDocument } from './core/extract.ts';
export { priorOf } from './core/priors.ts';
export type { FieldProposer, FieldStore, Readings } from './ports.ts';
export { objectFields, objectReadings } from './adapters/object-fields.ts';
