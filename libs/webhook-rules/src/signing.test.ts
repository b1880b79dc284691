import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { wantsEvent } from './event-types.ts';
import { parseSecretKeys, secretOf, secretText, signatureHeader } from './signing.ts';

const bytes = Buffer.alloc(32, 7);
const keys = [{ id: 'one', bytes }];
const source = { secretId: 's-1', tenantId: 'acme', keyId: 'one' };

function secret(of: Partial<typeof source> = {}): Buffer {
  return secretOf({ ...source, ...of }, keys) ?? Buffer.alloc(0);
}

it('A-05: the public library accepts a message with either of two secrets, and no other', () => {
  const [old, current, other] = [secret(), secret({ secretId: 's-2' }), secret({ tenantId: 'other' })];
  const timestamp = Math.floor(Date.now() / 1_000);
  const body = '{"type":"document.completed"}';
  const headers = {
    'webhook-id': 'm-1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatureHeader({ id: 'm-1', timestamp, body }, [current, old]),
  };
  for (const each of [old, current]) {
    expect(new Webhook(secretText(each)).verify(body, headers)).toEqual({ type: 'document.completed' });
  }
  expect(() => new Webhook(secretText(other)).verify(body, headers)).toThrow('No matching signature');
  expect(() => new Webhook(secretText(old)).verify(`${body} `, headers)).toThrow('No matching signature');
});

it('A-05: a secret follows from its row and its key', () => {
  expect(secret()).toEqual(secret());
  expect(secret()).toHaveLength(32);
  expect(secretOf({ ...source, keyId: 'two' }, keys)).toBeUndefined();
});

it('A-05: keys are read, and refused when they are too short or ambiguous', () => {
  const base64 = bytes.toString('base64');
  expect(parseSecretKeys(`one=${base64}, two=${bytes.toString('base64url')}`)).toEqual([
    { id: 'one', bytes },
    { id: 'two', bytes },
  ]);
  const wrong = ['', base64, 'one=AAAA', `one=${base64},one=${base64}`, `one=${base64},`];
  expect(wrong.map(parseSecretKeys)).toEqual(wrong.map(() => undefined));
});

it('A-05: filters choose types, kinds, or everything', () => {
  const asks = [[], ['*'], ['document.*'], ['document.completed'], ['document.failed'], ['batch.*']];
  expect(asks.map((filters) => wantsEvent(filters, 'document.completed'))).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});
