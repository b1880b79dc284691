export { programFolders, startPagePool, type PagePool, type PagePoolOptions } from './adapters/page-pool.ts';
export { preprocessConfig, type PreprocessConfig } from './config.ts';
export { anyTenant, wellFormedTenant, type FleetDefaults, type TenantProof } from './core/submission.ts';
export type { PageRenderer, RenderedPage } from './core/page.ts';
export { prepareDocument, type PageStore } from './core/prepare-document.ts';
export { textLayerVersion } from './adapters/run-page-store.ts';
export { preprocessStage, preprocessVersion, type PreprocessParts } from './stage.ts';
