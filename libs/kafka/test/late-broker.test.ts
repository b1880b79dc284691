import { connect, createServer, type Server, type Socket } from 'node:net';
import type { TopicPartition } from '@docfleet/domain';
import { until, type LogHarness } from '@docfleet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKafkaLog } from '../src/index.ts';
import { kafkaHarness, testBroker, testSessionTimeoutMs } from './kafka-harness.ts';

let harness: LogHarness;
const opened: { close(): unknown }[] = [];

beforeAll(() => {
  harness = kafkaHarness();
});

afterAll(async () => {
  opened.forEach((each) => each.close());
  await harness.close();
});

/** A port without a listener until `open` is called; from then on it is a proxy to the broker. */
async function closedProxy(): Promise<{ address: string; open: () => Promise<unknown> }> {
  const sockets: Socket[] = [];
  const [host = '', port = ''] = testBroker().split(':');
  const proxy: Server = createServer((socket) => {
    const broker = connect(Number(port), host);
    sockets.push(socket, broker);
    socket.on('error', () => broker.destroy());
    broker.on('error', () => socket.destroy());
    socket.pipe(broker).pipe(socket);
  });
  const listen = (at: number): Promise<number> =>
    new Promise((resolve) => {
      proxy.listen(at, '127.0.0.1', () => {
        const address = proxy.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  const free = await listen(0);
  await new Promise((resolve) => proxy.close(resolve));
  opened.push({
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      proxy.close();
    },
  });
  return { address: `127.0.0.1:${free}`, open: () => listen(free) };
}

describe('a broker that is not available yet', () => {
  it('is waited for, with a log line that names it', async () => {
    const topic = await harness.createTopic('late', 2);
    const proxy = await closedProxy();
    const lines: string[] = [];
    const log = openKafkaLog({
      brokers: [proxy.address],
      clientId: 'early',
      sessionTimeoutMs: testSessionTimeoutMs,
      log: (level, message) => {
        if (level !== 'debug') lines.push(message);
      },
    });
    let assigned: readonly TopicPartition[] = [];
    const member = await log.join({
      group: `group-of-${topic}`,
      topics: [[topic]],
      listener: {
        assigned: (_, partitions) => (assigned = partitions),
        revoking: () => undefined,
        fetched: () => undefined,
        lost: (error) => lines.push(`lost: ${error.message}`),
      },
    });
    const end = log.endOffset({ topic, partition: 0 });
    await until('the wait is logged', () => lines.includes(`waiting for the broker at ${proxy.address}`));
    await proxy.open();
    await until('it has its partitions', () => assigned.length === 2);
    expect(await end).toBe(0n);
    expect(member.idleMs()).toBeLessThan(10_000);
    expect(lines.filter((line) => line.startsWith('lost'))).toEqual([]);
    await log.close();
  }, 60_000);
});
