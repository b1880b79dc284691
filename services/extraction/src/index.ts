export { buildExtraction } from './build.ts';
export { extractionSettings, type ExtractionConfig } from './config.ts';
export { extractionStage, extractionVersion, type ExtractionParts } from './stage.ts';
export type { FieldProposer, FieldStore, Readings } from './ports.ts';
export { objectFields, objectReadings } from './adapters/object-fields.ts';
