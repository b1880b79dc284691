export { cpuQuota, type ReadText } from './cpu-quota.ts';
export { databaseUsesTls, kafkaUsesTls, type DatabaseUrlName } from './connection-rules.ts';
export { ConfigError, readConfig, variablesOf, type Environment } from './read-config.ts';
export { poolSettings } from './pool-settings.ts';
export {
  addressList,
  brokerList,
  amount,
  cacheSettings,
  databaseConnectionSettings,
  databaseOwnerSettings,
  databaseRoleSettings,
  flag,
  httpSettings,
  intakeSettings,
  kafkaSettings,
  logLevels,
  modelSettings,
  objectSettings,
  oneOf,
  processSettings,
  saslMechanisms,
  runSettings,
  someOf,
  sourceSettings,
  urlOf,
  webhookSettings,
  wholeNumber,
} from './settings.ts';
export { tlsMaterialOf, type TlsMaterial } from './tls-settings.ts';
