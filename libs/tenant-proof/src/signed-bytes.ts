/** Ways to sign, by their names in the header. */
export const proofAlgorithms = ['ed25519', 'hmac-sha256'] as const;
export type ProofAlgorithm = (typeof proofAlgorithms)[number];

/** What a proof covers of a record. */
export interface ProvenRecord {
  /** The topic that the record is written to. */
  readonly topic: string;
  /** The tenant that the value names. */
  readonly tenantId: string;
  readonly key: Uint8Array | null;
  /** The whole value, as it stands in the topic. */
  readonly value: Uint8Array;
}

/** What a proof says of itself. */
export interface ProofClaim {
  readonly keyId: string;
  readonly algorithm: ProofAlgorithm;
  /** When it was signed, in milliseconds since the epoch. */
  readonly atMs: number;
}

/** Begins what is signed, so that a signature made for anything else is none here. */
const purpose = 'docfleet-proof/v1';

/** Stands for the length of an absent key, which is not the same as an empty one. */
const absent = 0xffff_ffff;

/**
 * The bytes that are signed: each part with its length in front (four bytes, big endian), so that no two records have the
 * same bytes. Parts: purpose, tenant, key id, algorithm, time (decimal), topic, the record's key, the record's value.
 */
export function signedBytes(record: ProvenRecord, { keyId, algorithm, atMs }: ProofClaim): Buffer {
  const { topic, tenantId, key, value } = record;
  const parts = [purpose, tenantId, keyId, algorithm, String(atMs), topic].map((text) => Buffer.from(text));
  return Buffer.concat([...parts, key, value].flatMap(withLength));
}

function withLength(part: Uint8Array | null): Uint8Array[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part?.byteLength ?? absent);
  return part === null ? [length] : [length, part];
}
