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

/** A port that nobody listens on until the returned function is called; from then on it leads to the broker. */
async function closedDoor(): Promise<{ address: string; open: () => Promise<unknown> }> {
  const sockets: Socket[] = [];
  const [host = '', port = ''] = testBroker().split(':');
  const door: Server = createServer((socket) => {
    const broker = connect(Number(port), host);
    sockets.push(socket, broker);
    socket.on('error', () => broker.destroy());
    broker.on('error', () => socket.destroy());
    socket.pipe(broker).pipe(socket);
  });
  const listen = (at: number): Promise<number> =>
    new Promise((resolve) => {
      door.listen(at, '127.0.0.1', () => {
        const address = door.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  const free = await listen(0);
  await new Promise((resolve) => door.close(resolve));
  opened.push({
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      door.close();
    },
  });
  return { address: `127.0.0.1:${free}`, open: () => listen(free) };
}

describe('a broker that is not there yet', () => {
  it('is waited for, with a line that names it, and then everything goes on', async () => {
    const topic = await harness.createTopic('late', 2);
    const door = await closedDoor();
    const lines: string[] = [];
    const log = openKafkaLog({
      brokers: [door.address],
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
    await until('it says that it waits', () => lines.includes(`waiting for the broker at ${door.address}`));
    await door.open();
    await until('it has its partitions', () => assigned.length === 2);
    expect(await end).toBe(0n);
    expect(member.idleMs()).toBeLessThan(10_000);
    expect(lines.filter((line) => line.startsWith('lost'))).toEqual([]);
    await log.close();
  }, 60_000);
});
