import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { OutgoingRecord, RecordLog } from '@docfleet/record-log';
import { openKafkaLog } from '@docfleet/kafka';
import {
  anyFreePorts,
  isStarted,
  layoutOf,
  prepareBroker,
  reportTo,
  SupervisedProcess,
  waitUntil,
  type Broker,
  type Machine,
} from '@docfleet/stack';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';

const topic = 'spread';
const folder = mkdtempSync(join(tmpdir(), 'docfleet-leaderless-'));
const stop = new AbortController();
const opened: RecordLog[] = [];
let brokers: { readonly broker: Broker; readonly logFile: string }[] = [];
const running: SupervisedProcess[] = [];

async function until(what: string, condition: () => boolean, limitMs = 60_000): Promise<void> {
  if (!(await waitUntil(condition, limitMs))) throw new Error(`Not within ${limitMs} ms: ${what}`);
}

/** The machine of the servers that `npm test` has installed. */
function machine(): Machine {
  const root = resolve(import.meta.dirname, '../../..');
  const { servers } = layoutOf(root, 'test');
  const environment = { PATH: process.execPath };
  const progress = reportTo(() => undefined);
  return {
    root,
    servers,
    environment,
    isRoot: false,
    progress,
    signal: stop.signal,
    abortOthers: () => undefined,
  };
}

async function start(place: number): Promise<void> {
  const each = brokers[place];
  if (each === undefined) throw new Error(`There is no broker ${place}`);
  running[place] = new SupervisedProcess({
    name: `broker-${place}`,
    command: await prepareBroker(machine(), each.broker),
    logFile: each.logFile,
    ending: { signal: 'SIGKILL', graceMs: 5_000 },
    onChange: () => undefined,
    report: () => undefined,
  });
}

const addresses = (): string[] => brokers.map(({ broker }) => `127.0.0.1:${broker.port}`);

function openLog(clientId: string, parts: Partial<Parameters<typeof openKafkaLog>[0]> = {}): RecordLog {
  const log = openKafkaLog({ brokers: addresses(), clientId, sessionTimeoutMs: 6_000, ...parts });
  opened.push(log);
  return log;
}

beforeAll(async () => {
  const ports = await anyFreePorts(6);
  const controllerPorts = ports.slice(3);
  brokers = controllerPorts.map((controllerPort, place) => {
    const data = join(folder, `broker-${place}`);
    mkdirSync(data, { recursive: true });
    const broker = { data, port: ports[place] ?? 0, controllerPort, cluster: { place, controllerPorts } };
    return { broker, logFile: join(folder, `broker-${place}.log`) };
  });
  for (const place of brokers.keys()) await start(place);
  await waitUntil(() => brokers.every(({ logFile }) => isStarted(logFile)), 180_000);
  const admin = new Kafka({ brokers: addresses(), clientId: 'test', logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({
    waitForLeaders: false,
    topics: [
      {
        topic,
        configEntries: [{ name: 'min.insync.replicas', value: '1' }],
        replicaAssignment: [
          { partition: 0, replicas: [1] },
          { partition: 1, replicas: [2] },
        ],
      },
    ],
  });
  await admin.disconnect();
}, 300_000);

afterAll(async () => {
  await Promise.all(opened.map((log) => log.close()));
  await Promise.all(running.map((each) => each.stop()));
  stop.abort(new Error('the test ends'));
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const record = (partition: number, text: string): OutgoingRecord => ({
  topic,
  partition,
  key: null,
  value: Buffer.from(text),
  headers: {},
});

test('R-06: while a partition has no leader, the others are written, read in a group and followed', async () => {
  const followed: string[] = [];
  const fetched: string[] = [];
  const unreadable: number[] = [];
  const lines: string[] = [];
  const textOf = ({ value }: { readonly value: Buffer | null }): string => String(value);
  const writer = openLog('writer', { leaderTimeoutMs: 5_000 });
  await writer.produce([record(0, 'a0'), record(1, 'a1')]);
  await openLog('follower').follow({
    topic,
    signal: stop.signal,
    onRecord: (each) => followed.push(textOf(each)),
  });
  const reader = openLog('reader', {
    onUnreadable: (count) => unreadable.push(count),
    log: (_, message, facts) =>
      lines.push(`${message} ${String(facts?.['topic'])}/${String(facts?.['partition'])}`),
  });
  const member = await reader.join({
    group: 'spread',
    topics: [[topic]],
    listener: {
      assigned: (epoch, partitions) => {
        for (const at of partitions)
          void member.open(at, epoch).then(({ offset }) => {
            member.fetchFrom(at, epoch, offset);
          });
      },
      revoking: () => undefined,
      fetched: ({ records }) => fetched.push(...records.map(textOf)),
      lost: () => undefined,
    },
  });
  await until('both partitions are read', () => fetched.length === 2);

  const dead = running[1];
  dead?.kill();
  await dead?.stop();
  await until('partition 1 cannot be read', () => unreadable.at(-1) === 1);
  // The writer still takes the dead broker for the leader, and tries it for a while.
  const tried = writer.produce([record(1, 'lost')]).catch((error: unknown) => error);
  await writer.produce([record(0, 'b0')]);
  await until('partition 0 is read', () => fetched.includes('b0') && followed.includes('b0'));
  expect(await tried).toMatchObject({ code: 'BROKER_UNAVAILABLE' });
  await expect(writer.produce([record(1, 'lost')])).rejects.toMatchObject({
    code: 'BROKER_UNAVAILABLE',
    cause: { message: expect.stringContaining(`the leader of ${topic}/1 was not found`) as string },
  });
  await writer.produce([record(0, 'c0')]);
  await until('partition 0 is read', () => fetched.includes('c0') && followed.includes('c0'));
  const late = openLog('late');
  await late.produce([record(0, 'd0')]);
  await until('the new one is read', () => fetched.includes('d0') && followed.includes('d0'));
  expect(lines).toContain(`Partition cannot be read, retrying ${topic}/1`);

  await start(1);
  await until('partition 1 can be read', () => unreadable.at(-1) === 0, 120_000);
  await writer.produce([record(1, 'b1')]);
  await until('it is read', () => fetched.includes('b1') && followed.includes('b1'), 60_000);
  // Nothing is committed here, so a new assignment reads from the beginning.
  expect([...new Set(fetched)].toSorted()).toEqual(['a0', 'a1', 'b0', 'b1', 'c0', 'd0']);
}, 400_000);
