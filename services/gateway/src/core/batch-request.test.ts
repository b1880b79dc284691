import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBatchCursor, writeBatchCursor } from './batch.ts';
import { batchDigest, batchForm, jsonBatch, optionsOfFile, storedOptions } from './batch-request.ts';

const faultsOf = (value: unknown): readonly string[] =>
  batchForm.safeParse(value).error?.issues.map(({ path }) => path.join('.')) ?? [];

describe('A-02: the request of a batch', () => {
  it('has everything optional', () => {
    expect(batchForm.parse({})).toEqual({
      metadata: { requester: null, period: null, fields: {} },
      options: { lane: 'normal', expectations: {}, checks: true, review: 'tenant' },
    });
  });

  it.each([
    [{ metadata: { requester: { email: 'nobody' } } }, ['metadata.requester.email']],
    [{ metadata: { requester: { phone: '1' } } }, ['metadata.requester']],
    [{ metadata: { period: 'x'.repeat(201) } }, ['metadata.period']],
    [{ metadata: { fields: { year: 2026 } } }, ['metadata.fields.year']],
    [
      { metadata: { fields: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`f${n}`, ''])) } },
      ['metadata.fields'],
    ],
    [{ metadata: { fields: JSON.parse('{"__proto__":"a"}') as unknown } }, ['metadata.fields']],
    [{ options: { requestId: 'r' } }, ['options']],
    [{ options: { documentId: 'd' } }, ['options']],
    [{ requestId: 'with space' }, ['requestId']],
  ])('refuses %j', (value, paths) => {
    expect(faultsOf(value)).toEqual(paths);
  });

  it('is sources or a draft in JSON', () => {
    const schema = jsonBatch(2);
    const source = { uri: 's3://a/b' };
    const isValid = (value: object): boolean => schema.safeParse(value).success;
    expect([{ draft: true }, { sources: [source] }, { sources: [source, source] }].map(isValid)).toEqual([
      true,
      true,
      true,
    ]);
    const refused = [
      {},
      { draft: false },
      { draft: true, sources: [source] },
      { sources: [] },
      { sources: [source, source, source] },
    ];
    expect(refused.map(isValid)).toEqual(refused.map(() => false));
  });

  it('keeps its options as they are stored', () => {
    const { options } = batchForm.parse({
      options: { lane: 'high', expectations: { a: 'b' }, route: 'fast' },
    });
    expect(storedOptions(JSON.parse(JSON.stringify(options)) as Record<string, unknown>)).toEqual(options);
    expect(optionsOfFile(options, { requestId: 'r', documentId: null })).toEqual({
      ...options,
      requestId: 'r',
    });
  });
});

describe('A-02: the digest of a batch', () => {
  const head = batchForm.parse({});

  it('differs with the files and their order, and with what a client says', () => {
    const withOptions = (options: object) => batchDigest(batchForm.parse({ options }), ['1', '2']);
    const named = batchForm.parse({ metadata: { fields: { a: 'b' } } });
    const digests = [
      batchDigest(head, ['1', '2']),
      batchDigest(head, ['2', '1']),
      batchDigest(head, ['1']),
      batchDigest(head, 'draft'),
      batchDigest(named, ['1', '2']),
      withOptions({ documentClass: 'invoice' }),
      withOptions({ checks: false }),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('does not depend on the order of fields and expectations, nor on the requestId', () => {
    const entries = fc.uniqueArray(
      fc.tuple(fc.stringMatching(/^[a-z]{1,5}$/), fc.stringMatching(/^\w{0,9}$/)),
      {
        maxLength: 8,
        selector: ([name]) => name,
      },
    );
    fc.assert(
      fc.property(entries, (pairs) => {
        const of = (given: readonly (readonly [string, string])[], requestId: string) => {
          const fields = Object.fromEntries(given);
          return batchDigest(
            batchForm.parse({ requestId, metadata: { fields }, options: { expectations: fields } }),
            [],
          );
        };
        expect(of(pairs, 'a')).toBe(of(pairs.toReversed(), 'b'));
      }),
    );
  });
});

it('decodes the cursor that it encodes, and nothing else', () => {
  const cursor = { createdAt: 1_700_000_000_123, batchId: '6a1d4c0e-5b0f-5a67-9d0a-6f1f2f6f7c11' };
  expect(readBatchCursor(writeBatchCursor(cursor))).toEqual(cursor);
  expect(['', '%%%', Buffer.from('1/short').toString('base64url')].map(readBatchCursor)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
