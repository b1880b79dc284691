export { fetchModels, type FetchOptions } from './fetch-models.ts';
export { modelFiles, type ModelFile } from './catalogue.ts';
