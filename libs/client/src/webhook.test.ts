import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { verifyWebhook, WebhookVerificationError, type WebhookDelivery } from './webhook.ts';

const [first, second, other] = ['a', 'b', 'c'].map(
  (letter) => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`,
) as [string, string, string];
const at = new Date('2026-01-31T09:30:00Z');
const body = '{"type":"document.completed","data":{"runId":"ä"}}';

/** As the public library signs it. */
const signed = (secrets: readonly string[], timestamp = at) => ({
  body,
  headers: {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(timestamp.getTime() / 1000)),
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret).sign('evt_1', timestamp, body))
      .join(' '),
  },
});
const now = at.getTime();
const faultOf = (delivery: WebhookDelivery, secrets: readonly string[], later = 0) =>
  verifyWebhook(delivery, { secrets, now: now + later }).then(
    () => 'accepted',
    (error: unknown) => (error instanceof WebhookVerificationError ? error.fault : error),
  );

test('what the public library signs is accepted, also from bytes and Headers, and while secrets are rotated', async () => {
  expect(await verifyWebhook(signed([first]), { secrets: [first], now })).toEqual({ id: 'evt_1', body });
  const { headers } = signed([second]);
  const other = { body: Buffer.from(body), headers: new Headers(headers) };
  expect(await verifyWebhook(other, { secrets: [first, second], now })).toEqual({ id: 'evt_1', body });
  expect(await faultOf(signed([first, second]), [second])).toBe('accepted');
  expect(await faultOf(signed([first]), [first.slice('whsec_'.length)])).toBe('accepted');
});

test('another secret, another body, another id and another time are refused', async () => {
  const good = signed([first]);
  expect(await faultOf(good, [other])).toBe('signature does not match');
  expect(await faultOf({ ...good, body: `${body} ` }, [first])).toBe('signature does not match');
  expect(await faultOf({ ...good, headers: { ...good.headers, 'webhook-id': 'evt_2' } }, [first])).toBe(
    'signature does not match',
  );
  const moved = { ...good.headers, 'webhook-timestamp': String(now / 1000 + 1) };
  expect(await faultOf({ ...good, headers: moved }, [first])).toBe('signature does not match');
  expect(
    await faultOf({ ...good, headers: { ...good.headers, 'webhook-signature': 'v1,? v2,aa v1,' } }, [first]),
  ).toBe('signature does not match');
});

test('a timestamp is accepted five minutes to both sides, and no further', async () => {
  for (const ms of [-300_000, 300_000]) expect(await faultOf(signed([first]), [first], ms)).toBe('accepted');
  for (const ms of [-301_000, 301_000]) {
    expect(await faultOf(signed([first]), [first], ms)).toBe('timestamp outside the tolerance');
  }
  const good = signed([first]);
  for (const text of ['NaN', '-1', '1e9']) {
    const headers = { ...good.headers, 'webhook-timestamp': text };
    expect(await faultOf({ ...good, headers }, [first])).toBe('timestamp outside the tolerance');
  }
});

test('a header that is missing is named as that, and a secret that is none is an error of the caller', async () => {
  expect(await faultOf({ body, headers: {} }, [first])).toBe('header missing');
  expect(await faultOf(signed([first]), ['whsec_?'])).toBeInstanceOf(TypeError);
  expect(await faultOf(signed([first]), ['whsec_'])).toBeInstanceOf(TypeError);
});
