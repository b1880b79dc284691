import { systemClock } from '@docfleet/domain';
import { createMemoryCluster, type MemoryClusterOptions } from '../src/index.ts';
import { recordLogConformance, type LogHarness, type TransactionParts } from '@docfleet/testing';

function harness(options: Partial<MemoryClusterOptions>): Promise<LogHarness> {
  const cluster = createMemoryCluster({ clock: systemClock, topics: {}, ...options });
  let topics = 0;
  return Promise.resolve({
    createTopic: (label, partitions) => {
      topics += 1;
      const topic = `${label}-${topics}`;
      cluster.createTopic(topic, partitions);
      return Promise.resolve(topic);
    },
    log: (clientId) => cluster.log(clientId),
    beginTransaction: ({ transactionalId, records, offset }: TransactionParts) => {
      const transaction = cluster.faults.openTransaction({
        transactionalId,
        records: records.map((record) => ({ ...record, partition: record.partition ?? 0 })),
        ...(offset === undefined ? {} : { offset }),
      });
      return Promise.resolve({
        commit: settle(transaction.commit),
        abort: settle(transaction.abort),
      });
    },
    close: () => Promise.resolve(),
  });
}

function settle(end: () => void): () => Promise<void> {
  return () =>
    new Promise((resolve) => {
      end();
      resolve();
    });
}

recordLogConformance('the memory log', () => harness({}));

recordLogConformance('the memory log with uneven latencies and small batches', () =>
  harness({ latencyMs: [0, 4], random: Math.random, maxFetchRecords: 2 }),
);
