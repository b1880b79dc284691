export { extractionStage, extractionVersion, type ExtractionParts } from './stage.ts';
export { extractDocument } from './core/extract.ts';
export type { FieldProposer, FieldStore, Readings } from './ports.ts';
export { objectFields, objectReadings } from './adapters/object-fields.ts';
