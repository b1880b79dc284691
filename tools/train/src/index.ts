export { loadDocuments, type LabelledFiles } from './labelled-documents.ts';
export { TrainingError } from './training-error.ts';
