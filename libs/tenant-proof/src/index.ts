export {
  minSecretBytes,
  readPrivateKey,
  readPublicKey,
  writePublicKey,
  type ProofKey,
  type SigningKey,
  type Validity,
} from './keys.ts';
export { fleetKeyPrefix, proofModes, type ProofMode } from './proof-modes.ts';
export { isKeyId, parseProof, proofHeader, type Proof } from './proof-header.ts';
export { proofAlgorithms, type ProofAlgorithm, type ProvenRecord } from './signed-bytes.ts';
export { signRecord } from './sign-record.ts';
export { verifyRecord, type ProofProblem, type VerifyOptions } from './verify-record.ts';
