import { localCodec, topics } from '@docfleet/contracts';
import { deliveryIdOf, type Clock } from '@docfleet/domain';
import { createMemoryCluster } from '@docfleet/memory-log';
import { createLog, createMetrics } from '@docfleet/telemetry';
import { seededRandom, virtualClock } from '@docfleet/testing';
import { exportDeliveries } from '../../src/adapters/delivery-metrics.ts';
import { readEndings } from '../../src/adapters/read-endings.ts';
import type { ReceiverBreakers } from '../../src/adapters/receiver-breakers.ts';
import type { MessageSender } from '../../src/adapters/send-message.ts';
import type { Answer } from '../../src/core/judge-attempt.ts';
import { createDeliveryLoop } from '../../src/delivery-loop.ts';
import { completedEvent } from '../endings.ts';
import { MemoryTables } from './memory-tables.ts';

const codec = localCodec();
const log = createLog({ service: 'webhooks', level: 'silent' });
const faultsEndMs = 20 * 60_000;
const receivers = ['acme-1', 'acme-2', 'globex-1'];
const endpoints = receivers.map((endpointId) => ({
  ...{ endpointId, tenantId: endpointId.replace(/-.*/, ''), filters: [] as readonly string[], createdAt: 0 },
}));

/** A message that came to a receiver, and what that answered. */
interface Arrival {
  readonly id: string;
  readonly status: number;
}

/** What a schedule has shown. */
export interface DeliveriesPlayed {
  readonly violations: readonly string[];
  /** Faults by kind, and messages that came again. */
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * Plays runs that end, two processes of webhooks and their receivers under faults: processes are killed, paused and lose
 * their partitions, the database is away or its answers are lost, receivers are away, fail, or answer into the void. Then
 * every event must have come to every receiver that asks for it, stored once, in the order of its document.
 */
export async function playDeliveries(seed: number): Promise<DeliveriesPlayed> {
  const random = seededRandom(seed);
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const clock = virtualClock(Date.UTC(2026, 0, 1));
  const startMs = clock.now();
  const cluster = createMemoryCluster({
    clock: { now: () => clock.now(), after: (ms, action) => clock.after(Math.round(ms), action) },
    random,
    latencyMs: [1, 20],
    topics: Object.fromEntries(topics.map(({ name }) => [name, 3])),
  });
  const tables = new MemoryTables(clock, endpoints, () => between(1, 30));
  const counts = new Map<string, number>();
  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
  const arrivals: Arrival[] = [];
  const away = new Map<string, Exclude<Answer, { status: 200 }> | 'answer-lost'>();

  const senderOf = (process: Clock): MessageSender => ({
    close: () => Promise.resolve(),
    send: ({ id, url }) =>
      new Promise((resolve) => {
        clock.after(between(1, 200), () => {
          const receiver = new URL(url).hostname.replace('.example', '');
          const fault = away.get(receiver);
          const status =
            fault === undefined || fault === 'answer-lost' ? 200 : 'status' in fault ? fault.status : 0;
          if (status > 0) arrivals.push({ id, status });
          const lost: Answer = { problem: 'TIMEOUT' };
          const answer: Answer =
            fault === undefined ? { status: 200 } : fault === 'answer-lost' ? lost : fault;
          process.after('problem' in answer ? 5_000 : between(1, 200), () => {
            resolve(answer);
          });
        });
      }),
  });

  const breakers: ReceiverBreakers = {
    of: (name) => ({
      ...{ name, state: 'closed' as const },
      run: (action, signal) => action(signal),
      onChange: () => () => undefined,
      close: () => undefined,
    }),
    open: () => [],
    close: () => undefined,
  };

  const processes = new Set<string>();
  let started = 0;
  const start = async (): Promise<void> => {
    started += 1;
    const id = `webhooks-${String(started)}`;
    processes.add(id);
    const recordLog = cluster.log(id);
    const own = cluster.clockOf(id);
    const { tables: of, writer } = tables.of(own);
    const loop = createDeliveryLoop(
      {
        ...{ tables: of, sender: senderOf(own), breakers, keys: [], holder: id, random, clock: own, log },
        pauses: { firstMs: 1_000, longestMs: 60_000 },
        ...{ endpointTimeoutMs: 10_000, callbackTimeoutMs: 10_000, restMs: 1_000 },
        metrics: exportDeliveries(createMetrics('webhooks'), log),
      },
      { concurrency: 8, perTenant: 4, perReceiver: 2, leaseMs: 15_000, pollMs: 1_000 },
    );
    void loop.run(new AbortController().signal);
    await readEndings({
      ...{ recordLog, codec, writer, clock: own, log, onSetAside: () => undefined },
      onStored: () => {
        loop.wake();
      },
      onLost: () => {
        replace(id);
      },
    });
  };
  /** Ends a process without cleaning up; another one takes its place. */
  const replace = (id: string): void => {
    if (!processes.delete(id)) return;
    cluster.faults.kill(id);
    clock.after(between(100, 5_000), () => void start());
  };
  const anyProcess = (): string => [...processes][between(0, processes.size - 1)] ?? '';

  const faults: Readonly<Record<string, (forMs: number) => void>> = {
    kill: () => {
      replace(anyProcess());
    },
    pause: (forMs) => {
      const id = anyProcess();
      if (id === '') return;
      cluster.faults.pause(id);
      clock.after(forMs, () => {
        if (processes.has(id)) cluster.faults.wake(id);
      });
    },
    rebalance: () => {
      cluster.faults.rebalance('webhooks', { rotate: true });
    },
    'database away': (forMs) => {
      tables.isDown = true;
      clock.after(forMs, () => (tables.isDown = false));
    },
    'answers of the database lost': () => {
      tables.answersToLose += 3;
    },
    'receiver away': (forMs) => {
      set({ problem: 'CONNECTION_FAILED' }, forMs);
    },
    'receiver fails': (forMs) => {
      set({ status: 503 }, forMs);
    },
    'answers of a receiver lost': (forMs) => {
      set('answer-lost', forMs);
    },
  };
  const set = (fault: Exclude<Answer, { status: 200 }> | 'answer-lost', forMs: number): void => {
    const receiver = receivers[between(0, receivers.length - 1)] ?? '';
    away.set(receiver, fault);
    clock.after(forMs, () => away.delete(receiver));
  };

  // Two processes, runs that end several times, and faults.
  void start();
  void start();
  const producer = cluster.log('producer');
  const expected: { readonly tenantId: string; readonly runId: string; readonly outcomeId: string }[] = [];
  const documents = between(4, 8);
  for (let n = 1; n <= documents; n += 1) {
    const tenantId = n % 3 === 0 ? 'globex' : 'acme';
    let at = between(0, 10 * 60_000);
    for (let revision = 1; revision <= between(1, 3); revision += 1) {
      const end = {
        tenantId,
        runId: `run-${String(n)}`,
        revision,
        outcomeId: `outcome-${String(n)}-${String(revision)}`,
      };
      expected.push(end);
      clock.after(at, () => {
        void codec
          .encode('documents.completed', completedEvent({ ...end, endedAt: clock.now() }))
          .then((value) =>
            producer.produce([
              { topic: 'documents.completed', key: Buffer.from(end.runId), value, headers: {} },
            ]),
          );
      });
      at += between(1_000, 120_000);
    }
  }
  const kinds = Object.keys(faults);
  for (let n = between(3, 8); n > 0; n -= 1) {
    const kind = kinds[between(0, kinds.length - 1)] ?? '';
    clock.after(between(0, faultsEndMs - 5 * 60_000), () => {
      count(kind);
      faults[kind]?.(between(1_000, 4 * 60_000));
    });
  }
  const violations: string[] = [];
  const hasSettled = (): boolean =>
    clock.now() - startMs > faultsEndMs &&
    [...tables.deliveries.values()].every(({ state }) => state !== 'pending');
  try {
    await clock.runUntil(hasSettled, 5 * 3_600_000);
  } catch (error) {
    violations.push(`stuck: ${String(error)}`);
  }

  for (const { tenantId, runId, outcomeId } of expected) {
    for (const { endpointId } of endpoints.filter((each) => each.tenantId === tenantId)) {
      const row = tables.deliveries.get(deliveryIdOf(endpointId, outcomeId));
      if (row === undefined) violations.push(`${outcomeId} of ${runId} is not stored for ${endpointId}`);
      else if (!arrivals.some(({ id, status }) => id === row.deliveryId && status === 200))
        violations.push(`${outcomeId} did not come to ${endpointId}: ${row.state}`);
    }
  }
  const wanted = expected.flatMap(({ tenantId, outcomeId }) =>
    endpoints
      .filter((each) => each.tenantId === tenantId)
      .map(({ endpointId }) => deliveryIdOf(endpointId, outcomeId)),
  );
  if (tables.deliveries.size !== wanted.length)
    violations.push(`${String(tables.deliveries.size)} deliveries are stored of ${String(wanted.length)}`);
  const came = arrivals.filter(({ status }) => status === 200).map(({ id }) => id);
  const unknown = came.filter((id) => !wanted.includes(id));
  if (unknown.length > 0) violations.push(`${String(unknown.length)} messages have an id that no event has`);
  for (const rows of Map.groupBy(
    tables.deliveries.values(),
    (row) => `${row.receiver} ${row.subject}`,
  ).values()) {
    const order = rows
      .toSorted((a, b) => Number(a.position - b.position))
      .map(({ deliveryId }) => came.indexOf(deliveryId));
    if (order.some((place, index) => index > 0 && place < (order[index - 1] ?? 0)))
      violations.push(`the events of ${rows[0]?.subject ?? ''} came in another order`);
  }
  if (counts.size === 0 && came.length !== wanted.length)
    violations.push('without a fault a message came again');
  if (came.length > wanted.length) count('messages that came again');
  return { violations, counts };
}
