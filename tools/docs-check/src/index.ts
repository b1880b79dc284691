export { runPage, type PageOptions, type PageReport } from './run-page.ts';
export { filesOf } from './repository-files.ts';
