export { certificateEnds, type CertificateEnd } from './certificate-ends.ts';
export { CertificatePinError, clientTls, type ClientTls } from './client-tls.ts';
export { connectionProblems, type ConnectionProblems } from './connection-problems.ts';
export {
  cacheConnection,
  databaseConnection,
  httpTls,
  kafkaConnection,
  objectsConnection,
  registryConnection,
  type Connection,
  type KafkaConnection,
  type KafkaSasl,
  type KafkaSettings,
} from './connection-settings.ts';
export { explainFailure, type NamedServer } from './explain-failure.ts';
export { fetchWithTls, type Fetch } from './fetch-with-tls.ts';
export { oauthTokens, type OauthClient } from './oauth-token.ts';
export { serverTls, type ServerTls, type ServerTlsFiles } from './server-tls.ts';
