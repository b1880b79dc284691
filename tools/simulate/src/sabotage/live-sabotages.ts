import type { Edit, Sabotage } from './sabotages.ts';

const kafka = (file: string, find: string, replace: string): Edit => ({
  file: `libs/kafka/src/${file}`,
  find,
  replace,
});

const conformance = ['libs/kafka/test/conformance'];

const one = (name: string, edit: Edit, tests = conformance): Sabotage => ({ name, edits: [edit], tests });

/** Guards of the Kafka adapter, which schedules on the log in memory do not come to: a real broker has to tell. */
export const liveSabotages: readonly Sabotage[] = [
  one(
    'reuse a doubtful producer',
    kafka(
      'transactions.ts',
      'const producer = this.#createProducer(at);',
      'const kept = ((globalThis as any).keptProducers ??= new Map()); const producer = kept.get(key) ?? this.#createProducer(at); kept.set(key, producer);',
    ),
  ),
  one('send concurrently', kafka('mutex.ts', 'this.#last.then(action);', 'action();')),
  one(
    'read the offset before initialising (Kafka)',
    kafka('transactions.ts', 'const empty = await producer.transaction();\n    await empty.abort();', ''),
  ),
  {
    name: 'ignore the epoch (Kafka)',
    edits: [
      kafka('transactions.ts', 'refusePassed(this.#signalOf(epoch));\n    const owner', 'const owner'),
      kafka('transactions.ts', 'if (owner?.epoch !== epoch)', 'if (owner === undefined)'),
      kafka(
        'transactions.ts',
        'if (this.#signalOf(epoch).aborted) await begun.abort();\n    refusePassed(this.#signalOf(epoch));',
        '',
      ),
    ],
    tests: conformance,
  },
  one(
    'look only as far as the last stable offset (Kafka)',
    kafka('offsets.ts', 'isolationLevel: readUncommitted,', 'isolationLevel: 1,'),
  ),
  one(
    'take aborted transactions for sorted',
    kafka('fetch.ts', '.sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));', ';'),
    ['libs/kafka/test/aborted-records'],
  ),
  one(
    'forget the metadata',
    kafka('transactions.ts', 'offset: String(offset), metadata }', "offset: String(offset), metadata: '' }"),
  ),
  one(
    'deal partitions anew at every change',
    kafka(
      'sticky-assigner.ts',
      '...decodeClaims(decoded?.userData ?? Buffer.alloc(0))',
      '...decodeClaims(Buffer.alloc(0))',
    ),
  ),
  one(
    'join again while short work is under way',
    kafka('kafkajs-patches.ts', 'if (isMember) await waits.get(this.cluster)?.();', 'void isMember;'),
    ['libs/kafka/test/short-work-is-kept'],
  ),
  one(
    'deliver what was fetched for somebody else',
    kafka('partition-fetcher.ts', '|| this.#readings.get(partitionName(reading)) !== reading)', ')'),
  ),
];
