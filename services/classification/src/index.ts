export { buildClassification } from './build.ts';
export { classificationSettings, type ClassificationConfig } from './config.ts';
export { classificationStage, type ClassificationParts } from './stage.ts';
export { findDocuments } from './core/classify.ts';
export { evidenceOf, type PageEvidence } from './core/page-evidence.ts';
export { partsOf } from './core/page-regions.ts';
export type { Readings } from './ports.ts';
export { objectReadings } from './adapters/object-readings.ts';
