export { bringKcat } from './kcat.ts';
export { environmentOfPages, type PageFleet } from './page-environment.ts';
export { runPage, type PageOptions, type PageReport } from './run-page.ts';
export { filesOf } from './repository-files.ts';
