import avro from 'avsc';
import { expect, test, vi } from 'vitest';
import type { ControlOrder } from './generated/records.ts';
import { localCodec } from './local-codec.ts';

const order: ControlOrder = { runId: 'r', revision: 1, action: 'stop', at: 5, by: 'gateway' };

test('what is encoded for a topic is decoded from it', async () => {
  const codec = localCodec();
  expect(await codec.decode('documents.control', await codec.encode('documents.control', order))).toEqual(
    order,
  );
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('{"runId":"r"}')],
  ['another schema', Buffer.from([0, 0, 0, 0, 99, 1])],
  ['a cut record', Buffer.from([0, 0, 0, 0, 1])],
])('%s is not decodable', async (_what, bytes) => {
  await expect(localCodec().decode('documents.control', bytes)).rejects.toMatchObject({
    code: 'RECORD_UNDECODABLE',
  });
});

test('a map that announces more entries than there are bytes is refused before avsc would read them all', async () => {
  const read = vi.spyOn(avro.Type.prototype, 'fromBuffer').mockReturnValue({});
  const codec = localCodec();
  const submitted = {
    ...{ tenantId: 'acme', requestId: 'r', documentId: null, source: { uri: 's3://b/k', sha256: null } },
    ...{ fileName: null, region: null, callbackUrl: null, route: null, expectations: {}, submittedAt: 0 },
    ...{ documentClass: null, checks: true, review: 'tenant' },
  };
  const bytes = await codec.encode('documents.normal', submitted);
  await codec.decode('documents.normal', bytes);
  expect(read).toHaveBeenCalledOnce();
  // The last bytes are the end of the map, the time, no class, the checks, and seven of the review. 10^18 entries:
  const announced = Buffer.concat([bytes.subarray(0, -11), Buffer.from('8080a0f6f4acdbe01b', 'hex')]);
  await expect(codec.decode('documents.normal', announced)).rejects.toMatchObject({
    code: 'RECORD_UNDECODABLE',
  });
  expect(read).toHaveBeenCalledOnce();
});
