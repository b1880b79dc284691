export { cpuQuota, type ReadText } from './cpu-quota.ts';
export { ConfigError, readConfig, type Environment } from './read-config.ts';
export {
  brokerList,
  cacheSettings,
  databaseSettings,
  flag,
  httpSettings,
  kafkaSettings,
  logLevels,
  modelSettings,
  objectSettings,
  oneOf,
  processSettings,
  urlOf,
  wholeNumber,
} from './settings.ts';
