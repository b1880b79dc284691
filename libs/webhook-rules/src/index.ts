export { isPublicAddress, mayConnect, parseAllowedHosts, type EgressRule } from './egress-rule.ts';
export {
  callbackReceiver,
  eventFilterPattern,
  eventTypePattern,
  testEventType,
  wantsEvent,
} from './event-types.ts';
export {
  parseSecretKeys,
  secretOf,
  secretText,
  signatureHeader,
  type SecretKey,
  type SecretSource,
} from './signing.ts';
export { hostOf, maxUrlLength, urlProblem } from './url-rule.ts';
