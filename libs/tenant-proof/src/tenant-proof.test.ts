import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { headerNames } from '@docfleet/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPrivateKey, readPublicKey, writePublicKey, type ProofKey, type SigningKey } from './keys.ts';
import { parseProof, proofHeader, writeProof } from './proof-header.ts';
import { signRecord } from './sign-record.ts';
import { signedBytes, type ProvenRecord } from './signed-bytes.ts';
import { verifyRecord } from './verify-record.ts';

const pair = generateKeyPairSync('ed25519');
const secret = randomBytes(32);
const always = { notBeforeMs: 0, notAfterMs: null };
const signingKeys: Record<string, SigningKey> = {
  ed25519: { keyId: 'k1', algorithm: 'ed25519', privateKey: pair.privateKey },
  'hmac-sha256': { keyId: 'k1', algorithm: 'hmac-sha256', secret },
};
const proofKeys: Record<string, ProofKey> = {
  ed25519: { ...always, algorithm: 'ed25519', publicKey: pair.publicKey },
  'hmac-sha256': { ...always, algorithm: 'hmac-sha256', secret },
};
const algorithms = ['ed25519', 'hmac-sha256'] as const;

const record: ProvenRecord = {
  topic: 'documents.normal',
  tenantId: 'acme',
  key: Buffer.from('key'),
  value: Buffer.from('value'),
};
const at = 1_700_000_000_000;

function problemOf(
  algorithm: (typeof algorithms)[number],
  seen: Partial<ProvenRecord> = {},
  options: { storedAtMs?: number; key?: ProofKey | undefined; header?: string } = {},
) {
  const key = 'key' in options ? options.key : proofKeys[algorithm];
  const signing = signingKeys[algorithm];
  if (signing === undefined) throw new Error('no key');
  return verifyRecord({
    record: { ...record, ...seen },
    header: options.header ?? signRecord(record, signing, at),
    storedAtMs: options.storedAtMs ?? at,
    windowMs: 1_000,
    keyOf: () => key,
  });
}

describe.each(algorithms)('M-23: a record signed with %s', (algorithm) => {
  it('is proven', () => {
    expect(problemOf(algorithm)).toBeUndefined();
  });

  it.each([
    [{ value: Buffer.from('valuf') }],
    [{ key: Buffer.from('kez') }],
    [{ key: null }],
    [{ topic: 'documents.urgent' }],
    [{ tenantId: 'other' }],
    // The same bytes, divided in another way.
    [{ key: Buffer.from('keyv'), value: Buffer.from('alue') }],
  ])('is not proven with another %j', (changed) => {
    expect(problemOf(algorithm, changed)).toBe('wrong-signature');
  });

  it('is proven within the window around the time of storing, on both sides', () => {
    const at1 = [-1_001, -1_000, 1_000, 1_001].map((ms) => problemOf(algorithm, {}, { storedAtMs: at + ms }));
    expect(at1).toEqual(['outside-window', undefined, undefined, 'outside-window']);
  });

  it('is proven while its key is valid: the first moment included, the last not', () => {
    const base = proofKeys[algorithm];
    if (base === undefined) throw new Error('no key');
    const key: ProofKey = { ...base, notBeforeMs: at, notAfterMs: at + 10 };
    const states = [-1, 0, 9, 10].map((ms) => problemOf(algorithm, {}, { storedAtMs: at + ms, key }));
    expect(states).toEqual(['key-not-valid', undefined, undefined, 'key-not-valid']);
  });

  it('is not proven by another key, by none, or by one of another algorithm', () => {
    const other: ProofKey =
      algorithm === 'ed25519'
        ? { ...always, algorithm, publicKey: generateKeyPairSync('ed25519').publicKey }
        : { ...always, algorithm, secret: randomBytes(32) };
    const swapped = proofKeys[algorithm === 'ed25519' ? 'hmac-sha256' : 'ed25519'];
    const problems = [other, undefined, swapped].map((key) => problemOf(algorithm, {}, { key }));
    expect(problems).toEqual(['wrong-signature', 'unknown-key', 'unknown-key']);
  });

  it('is not proven with another time or key id in the header', () => {
    const signing = signingKeys[algorithm];
    if (signing === undefined) throw new Error('no key');
    const header = signRecord(record, signing, at);
    const changed = [header.replace(`at=${at}`, `at=${at + 1}`), header.replace('kid=k1', 'kid=k2')];
    expect(changed.map((text) => problemOf(algorithm, {}, { header: text }))).toEqual([
      'wrong-signature',
      'wrong-signature',
    ]);
  });
});

describe('M-23: the header', () => {
  const proof = fc.record({
    keyId: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
    atMs: fc.integer({ min: 0, max: 999_999_999_999_999 }),
    algorithm: fc.constantFrom(...algorithms),
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(proof, (claim) => {
        const signature = randomBytes(claim.algorithm === 'ed25519' ? 64 : 32);
        const written = { ...claim, signature };
        expect(parseProof(writeProof(written))).toEqual(written);
      }),
    );
  });

  it('has one spelling: whatever is read is written the same', () => {
    const valid = writeProof({ keyId: 'k', algorithm: 'ed25519', atMs: at, signature: randomBytes(64) });
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.string({ maxLength: 2 }), (place, text) => {
        const changed = valid.slice(0, place) + text + valid.slice(place + 1);
        const read = parseProof(changed);
        expect(read === undefined ? changed : writeProof(read)).toBe(changed);
      }),
    );
  });

  it.each([
    '',
    'v1',
    'v2;kid=k;alg=ed25519;at=1;sig=AA',
    `v1;kid=k;alg=none;at=1;sig=${'A'.repeat(43)}`,
    `v1;kid=;alg=hmac-sha256;at=1;sig=${'A'.repeat(43)}`,
    `v1;kid=../k;alg=hmac-sha256;at=1;sig=${'A'.repeat(43)}`,
    `v1;kid=k;alg=hmac-sha256;at=01;sig=${'A'.repeat(43)}`,
    `v1;kid=k;alg=hmac-sha256;at=1;sig=${'A'.repeat(86)}`,
    `v1;kid=k;alg=ed25519;at=1;sig=${'A'.repeat(43)}`,
    // The last character has bits that no byte uses.
    `v1;kid=k;alg=hmac-sha256;at=1;sig=${'A'.repeat(42)}B`,
    `v1;kid=k;alg=hmac-sha256;at=1;sig=${'A'.repeat(43)};x=1`,
    `v1;kid=k;alg=hmac-sha256;at=1;sig=${'A'.repeat(43)}\n`,
  ])('is refused: %j', (text) => {
    expect(parseProof(text)).toBeUndefined();
    expect(problemOf('ed25519', {}, { header: text })).toBe('malformed');
  });

  it('is named as the domain names it', () => {
    expect(proofHeader).toBe(headerNames.proof);
  });
});

it('M-23: two records never have the same signed bytes', () => {
  const parts = fc.record({
    topic: fc.string({ maxLength: 4 }),
    tenantId: fc.string({ maxLength: 4 }),
    key: fc.option(fc.uint8Array({ maxLength: 4 })),
    value: fc.uint8Array({ maxLength: 4 }),
  });
  const claim = { keyId: 'k', algorithm: 'ed25519', atMs: 1 } as const;
  const facts = ({ topic, tenantId, key, value }: ProvenRecord) =>
    JSON.stringify([topic, tenantId, key === null ? null : [...key], [...value]]);
  fc.assert(
    fc.property(parts, parts, (a, b) => {
      expect(signedBytes(a, claim).equals(signedBytes(b, claim))).toBe(facts(a) === facts(b));
    }),
  );
});

const vector = (() => {
  // The first key of RFC 8032, section 7.1.
  const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey = readPrivateKey(
    `-----BEGIN PRIVATE KEY-----\n${pkcs8.toString('base64')}\n-----END PRIVATE KEY-----\n`,
  );
  const shown = { ...record, key: Buffer.from('order-7'), value: Buffer.from('0000000001', 'hex') };
  const keys: Record<(typeof algorithms)[number], SigningKey> = {
    ed25519: { keyId: 'k1', algorithm: 'ed25519', privateKey },
    'hmac-sha256': { keyId: 'k1', algorithm: 'hmac-sha256', secret: Buffer.alloc(32, 7) },
  };
  return { record: shown, keys, privateKey };
})();

it('M-23: signs the test vector as it was published', () => {
  expect(writePublicKey(vector.privateKey)).toBe('11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo');
  const claim = { keyId: 'k1', algorithm: 'ed25519', atMs: at } as const;
  expect(signedBytes(vector.record, claim).toString('hex')).toBe(
    '00000011646f63666c6565742d70726f6f662f76310000000461636d65000000026b3100000007656432353531390000000d3137303030303030303030303000000010646f63756d656e74732e6e6f726d616c000000076f726465722d37000000050000000001',
  );
  expect(algorithms.map((algorithm) => signRecord(vector.record, vector.keys[algorithm], at))).toEqual([
    'v1;kid=k1;alg=ed25519;at=1700000000000;sig=CGMmu7LmNjqKTnYWK6gWRPoF1AZ2OU5tjHoO0IK-wCIpx0QRUTQ6mSFzEHmGiyapXdMRPjxXQHucBj8lET1-BA',
    'v1;kid=k1;alg=hmac-sha256;at=1700000000000;sig=O60pXUU-dqwRVQTK75XXJQ3BgYsQIRP40AVxgBsZWGo',
  ]);
});

it('M-23: the documentation has the same vector', () => {
  const page = readFileSync(new URL('../../../docs/tenant-proof.md', import.meta.url), 'utf8');
  const headers = page.match(/v1;kid=k1;alg=[a-z0-9-]+;at=\d+;sig=[\w-]+/g) ?? [];
  expect(headers).toEqual(
    algorithms.map((algorithm) => signRecord(vector.record, vector.keys[algorithm], at)),
  );
});

it('M-23: keys of other kinds are refused', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const pem = (key: { export(options: object): string | Buffer }, type: string) =>
    String(key.export({ format: 'pem', type }));
  expect(() => readPrivateKey(pem(rsa.privateKey, 'pkcs8'))).toThrow('not an Ed25519 key');
  expect(() => readPublicKey(pem(rsa.publicKey, 'spki'))).toThrow('not an Ed25519 key');
  expect(() => readPublicKey('AAAA')).toThrow('not an Ed25519 public key');
  const text = writePublicKey(pair.publicKey);
  expect(writePublicKey(readPublicKey(pem(pair.publicKey, 'spki')))).toBe(text);
  expect(writePublicKey(readPublicKey(text))).toBe(text);
});

it('M-23: short secrets and wrong ids sign nothing', () => {
  const short: SigningKey = { keyId: 'k', algorithm: 'hmac-sha256', secret: randomBytes(31) };
  expect(() => signRecord(record, short, at)).toThrow(RangeError);
  expect(() => signRecord(record, { ...short, secret, keyId: 'a;b' }, at)).toThrow(RangeError);
  expect(() => signRecord(record, { ...short, secret }, 1.5)).toThrow(RangeError);
});
