export { retentionSettings, type RetentionSettings } from './config.ts';
export { runRetention } from './run-retention.ts';
