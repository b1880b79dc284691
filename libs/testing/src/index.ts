export {
  createAuthority,
  fingerprintOf,
  otherFingerprint,
  type Authority,
  type CertificateFiles,
} from './certificates.ts';
export {
  builtAtMs,
  classificationTask,
  documentSubmitted,
  extractionTask,
  integrationTask,
  objectRef,
  ocrTask,
  pageReading,
  reviewTaskRow,
  runContext,
  runRow,
  validationTask,
} from './builders.ts';
export { type BegunTransaction, type LogHarness, type TransactionParts } from './conformance/log-harness.ts';
export { recordLogConformance } from './conformance/record-log-conformance.ts';
export { bringDebianPackage, type DebianPackage } from './debian-packages.ts';
export { endpoints, type TestEndpoints } from './endpoints.ts';
export { createScratchDatabase, type ScratchDatabase } from './scratch-database.ts';
export { seededRandom } from './seeded-random.ts';
export { sharedData } from './shared-data.ts';
export { hangGuardMs, until } from './until.ts';
export { openTcpProxy, type TcpProxy } from './tcp-proxy.ts';
export { virtualClock, type VirtualClock } from './virtual-clock.ts';
