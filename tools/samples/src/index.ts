export { writeSamples, type SampleFile, type SampleForm } from './write-samples.ts';
