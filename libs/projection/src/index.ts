export { writeIsolated, type Isolation, type Part, type Written } from './isolate.ts';
export { startReader, type PartResult, type Reader, type ReaderOptions } from './reader.ts';
