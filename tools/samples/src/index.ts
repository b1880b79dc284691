export { drawPdf, letterSize, line, lines, rule, table } from './page.ts';
export { seededRandom, type Random } from './random.ts';
export { writeNumberedSample, writeSamples, type SampleFile, type SampleForm } from './write-samples.ts';
