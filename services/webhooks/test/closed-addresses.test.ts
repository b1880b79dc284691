import { until } from '@docfleet/testing';
import { parseAllowedHosts } from '@docfleet/webhook-rules';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Resolve } from '../src/adapters/guarded-connections.ts';
import { openMessageSender } from '../src/adapters/send-message.ts';
import { startReceiver, type Receiver } from './receiver.ts';

/* Nothing listens behind these addresses but a receiver of the test on the loopback, and nothing may arrive there. */

const closed = { networks: [], hosts: new Set<string>(), http: true };
let receiver: Receiver;
let asked: string[];

beforeEach(async () => {
  receiver = await startReceiver();
  asked = [];
});
afterEach(() => receiver.close());

async function send(
  url: string,
  {
    addresses = [],
    hosts = [],
    allowed = '',
    timeoutMs = 10_000,
  }: {
    addresses?: readonly string[][];
    hosts?: string[];
    /** As in `WEBHOOK_ALLOWED_HOSTS`. */
    allowed?: string;
    timeoutMs?: number;
  } = {},
) {
  const answers = [...addresses];
  const resolve: Resolve = (host) => {
    asked.push(host);
    return Promise.resolve(answers.shift() ?? answers.at(-1) ?? addresses.at(-1) ?? []);
  };
  const rule = { ...closed, ...parseAllowedHosts(allowed), hosts: new Set(hosts) };
  const sender = openMessageSender({ rule, resolve, now: Date.now });
  const message = { id: 'm-1', url, body: '{"data":{}}', secrets: [], timeoutMs };
  try {
    const first = await sender.send(message, new AbortController().signal);
    return addresses.length > 1 ? [first, await sender.send(message, new AbortController().signal)] : first;
  } finally {
    await sender.close();
  }
}

const port = () => new URL(receiver.url).port;

it.each(['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '[::1]', '0.0.0.0'])(
  'A-05: nothing is sent to %s',
  async (host) => {
    expect(await send(`http://${host}:${port()}/`)).toEqual({ problem: 'URL_REFUSED' });
    expect([asked, receiver.arrived]).toEqual([[], []]);
  },
);

it.each([
  '127.0.0.1',
  '::1',
  '::ffff:127.0.0.1',
  '10.0.0.1',
  '169.254.169.254',
  '100.64.0.1',
  'fd00:ec2::254',
])('A-05: nothing is sent to a name that stands for %s', async (address) => {
  expect(await send(`http://hooks.example:${port()}/`, { addresses: [[address]] })).toEqual({
    problem: 'ADDRESS_REFUSED',
  });
  expect([asked, receiver.arrived]).toEqual([['hooks.example'], []]);
});

it('A-05: one closed address among public ones is enough', async () => {
  const addresses = [['93.184.216.34', '127.0.0.1']];
  expect(await send(`http://hooks.example:${port()}/`, { addresses })).toEqual({
    problem: 'ADDRESS_REFUSED',
  });
  // Also where the first one may be connected to, and answers.
  const open = { addresses: [['127.0.0.1', '10.0.0.1']], allowed: '127.0.0.1' };
  expect(await send(`http://hooks.example:${port()}/`, open)).toEqual({ problem: 'ADDRESS_REFUSED' });
  expect(receiver.arrived).toEqual([]);
  const alone = { addresses: [['127.0.0.1']], allowed: '127.0.0.1' };
  expect(await send(`http://hooks.example:${port()}/`, alone)).toMatchObject({ status: 200 });
});

it('A-05: a name is looked up once for a connection, and what it stood for before does not count', async () => {
  // The first answer is let pass, because the name is allowed; the second one is a name server's change of mind.
  const allowed = await send(`http://hooks.example:${port()}/`, {
    addresses: [['127.0.0.1']],
    hosts: ['hooks.example'],
  });
  expect(allowed).toMatchObject({ status: 200 });
  expect(asked).toEqual(['hooks.example']);
  asked = [];
  // 192.0.2.1 (documentation) answers nobody; then the name moves to the loopback.
  const rebound = await send(`http://rebound.example:${port()}/`, {
    addresses: [['192.0.2.1'], ['127.0.0.1']],
    timeoutMs: 300,
  });
  expect(rebound).toEqual([{ problem: 'ADDRESS_REFUSED' }, { problem: 'ADDRESS_REFUSED' }]);
  expect(receiver.arrived).toHaveLength(1);
});

it('A-05: a redirect to the metadata service of a cloud is not followed', async () => {
  receiver.answer = () => ({ status: 307, location: 'http://169.254.169.254/latest/meta-data/' });
  expect(
    await send(`http://hooks.example:${port()}/`, { addresses: [['127.0.0.1']], hosts: ['hooks.example'] }),
  ).toEqual({
    status: 307,
    retryAfterMs: undefined,
  });
  expect(receiver.arrived).toHaveLength(1);
  expect(asked).toEqual(['hooks.example']);
});

it('A-05: a name without addresses, a closed port and a receiver that says nothing are told apart', async () => {
  receiver.answer = () => 'silence';
  const hosts = ['hooks.example'];
  const answers = [
    await send('http://nowhere.example/', { addresses: [[]] }),
    await send('http://hooks.example:1/', { addresses: [['127.0.0.1']], hosts }),
    await send(`http://hooks.example:${port()}/`, { addresses: [['127.0.0.1']], hosts, timeoutMs: 200 }),
    await send(`https://hooks.example:${port()}/`, { addresses: [['127.0.0.1']], hosts }),
  ];
  expect(answers).toEqual([
    { problem: 'NAME_NOT_FOUND' },
    { problem: 'CONNECTION_FAILED' },
    { problem: 'TIMEOUT' },
    { problem: 'TLS_FAILED' },
  ]);
  await until('the silent one was called', () => Promise.resolve(receiver.arrived.length === 1));
});
