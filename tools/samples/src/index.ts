export { drawPdf, letterSize, line, lines, rule, table } from './page.ts';
export { seededRandom, type Random } from './random.ts';
export {
  writeNumberedSample,
  writeSamples,
  writeSamplesToReview,
  type SampleFile,
  type SampleForm,
} from './write-samples.ts';
