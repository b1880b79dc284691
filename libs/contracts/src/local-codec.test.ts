import { expect, test } from 'vitest';
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
