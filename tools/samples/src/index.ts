export { arrangements, type Arrangement } from './documents/arrangements.ts';
export {
  generateDocument,
  type GeneratedDocument,
  type GenerateOptions,
} from './documents/generated-document.ts';
export { writeDocuments, type WriteDocumentsOptions } from './documents/write-documents.ts';
export { withNoise, type Noise } from './documents/noise.ts';
export { readingOf, type GeneratedReading } from './documents/reading.ts';
export { drawPdf, letterSize, line, lines, rule, table } from './page.ts';
export { seededRandom, type Random } from './random.ts';
export {
  writeNumberedSample,
  writeSamples,
  writeSamplesToReview,
  type SampleFile,
  type SampleForm,
} from './write-samples.ts';
