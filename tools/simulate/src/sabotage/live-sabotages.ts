import { accessSabotages } from './access-sabotages.ts';
import { degradationSabotages } from './degradation-sabotages.ts';
import { retentionSabotages } from './retention-sabotages.ts';
import { liveReviewSabotages } from './review-sabotages.ts';
import type { Edit, Sabotage } from './sabotage.ts';
import { tenantSabotages } from './tenant-sabotages.ts';

const kafka = (file: string, find: string, replace: string): Edit => ({
  file: `libs/kafka/src/${file}`,
  find,
  replace,
});

const ledger = (file: string, find: string, replace: string): Edit => ({
  file: `services/ledger/src/${file}`,
  find,
  replace,
});

const projection = (file: string, find: string, replace: string): Edit => ({
  file: `libs/projection/src/${file}`,
  find,
  replace,
});

const conformance = ['libs/kafka/test/conformance'];

const isolation = ['services/ledger/test/one-record-stops-nothing'];

const one = (name: string, edit: Edit, tests = conformance): Sabotage => ({ name, edits: [edit], tests });

/**
 * Guards that schedules on the log in memory do not execute: those of the Kafka adapter, whose tests need a real broker, and
 * those of the read model, of roles and of what tenants use, whose tests need a real database.
 */
export const liveSabotages: readonly Sabotage[] = [
  one(
    'reuse a doubtful producer',
    kafka(
      'transactions.ts',
      'const producer = this.#createProducer(at);',
      'const producers = ((globalThis as any).reusedProducers ??= new Map()); const producer = producers.get(key) ?? this.#createProducer(at); producers.set(key, producer);',
    ),
  ),
  one('send concurrently', kafka('mutex.ts', 'this.#last.then(action);', 'action();'), [
    'libs/kafka/src/mutex',
  ]),
  one(
    'read the offset before initialising (Kafka)',
    kafka('transactions.ts', 'const empty = await producer.transaction();\n    await empty.abort();', ''),
  ),
  {
    name: 'ignore the epoch (Kafka)',
    edits: [
      kafka('transactions.ts', 'throwIfEnded(this.#signalOf(epoch));\n    const owner', 'const owner'),
      kafka('transactions.ts', 'if (owner?.epoch !== epoch)', 'if (owner === undefined)'),
      kafka(
        'transactions.ts',
        'if (this.#signalOf(epoch).aborted) await begun.abort();\n    throwIfEnded(this.#signalOf(epoch));',
        '',
      ),
    ],
    tests: conformance,
  },
  one(
    'look only as far as the last stable offset (Kafka)',
    kafka(
      'offsets.ts',
      'isolationLevel: readUncommitted,\n    topics: [{ topic: at.topic',
      'isolationLevel: 1,\n    topics: [{ topic: at.topic',
    ),
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
    ['libs/kafka/test/short-task-keeps-partition'],
  ),
  one(
    'deliver what was fetched for somebody else',
    kafka(
      'partition-fetcher.ts',
      '|| this.#states.get(partitionName(state)) !== state) return;',
      ') return;',
    ),
  ),
  ...accessSabotages,
  ...degradationSabotages,
  one(
    'let a leaderless partition spoil the metadata',
    kafka('kafkajs-patches.ts', '!partitionErrors.includes(partitionErrorCode),', 'partitionErrorCode > -9,'),
    ['libs/kafka/src/kafkajs-patches'],
  ),
  one(
    'let a partition without a leader stop the others',
    kafka(
      'partition-fetcher.ts',
      'this.#failed(state, error);\n      }\n    }\n    return grouped;',
      'throw error;\n      }\n    }\n    return grouped;',
    ),
    ['libs/kafka/src/partition-fetcher'],
  ),
  one(
    'ask for a failed partition together with the others',
    kafka(
      'partition-fetcher.ts',
      'filter(({ failures }) => failures > 0);',
      'filter(({ failures }) => failures < 0);',
    ),
    ['libs/kafka/src/partition-fetcher'],
  ),
  one(
    'advance before the receiver has taken a batch',
    kafka(
      'partition-fetcher.ts',
      'this.#options.deliver({',
      'state.offset = answer.nextOffset;\n      this.#options.deliver({',
    ),
    ['libs/kafka/src/partition-fetcher'],
  ),
  one(
    'take a header without a value for text',
    kafka('fetch.ts', 'last === undefined || last === null ?', 'last === undefined ?'),
    ['libs/kafka/src/fetch.test'],
  ),
  one(
    'take one turn for all sends',
    kafka(
      'record-sender.ts',
      'turnOf(this.#partitions, partitionName(at))',
      "turnOf(this.#partitions, 'all')",
    ),
    ['libs/kafka/src/record-sender'],
  ),
  one(
    'choose partitions in one turn',
    kafka('record-sender.ts', 'turnOf(this.#topics, topic)', "turnOf(this.#topics, 'all')"),
    ['libs/kafka/src/record-sender'],
  ),
  one(
    'let a record that the store refuses fail its batch for ever',
    projection(
      'isolate.ts',
      'if (refusal === undefined || entry === undefined) throw error;',
      'throw error;',
    ),
    isolation,
  ),
  one(
    'take a passing error for a refusal',
    {
      file: 'libs/database/src/refusal.ts',
      find: '    current = cause;\n  }\n  return undefined;',
      replace: "    current = cause;\n  }\n  return { cause: 'any', message: '' };",
    },
    isolation,
  ),
  one(
    'take a missing column for a refusal',
    {
      file: 'libs/database/src/refusal.ts',
      find: "const dataClasses = new Set(['22', '23', '54']);",
      replace: "const dataClasses = new Set(['22', '23', '42', '54']);",
    },
    isolation,
  ),
  one(
    'set a run aside whose result cannot be stored',
    ledger('adapters/isolate-records.ts', '[...reducedForms(entry, refusal), aside]', '[aside]'),
    isolation,
  ),
  one(
    'let one partition keep the others waiting',
    projection('reader.ts', '        failures.push(error);', '        throw error;'),
    isolation,
  ),
  one(
    'count a run whose end is set aside as lost',
    ledger(
      'adapters/in-flight-count.ts',
      'missing.filter(({ runId }) => setAside.has(runId)),',
      'missing.filter(() => false),',
    ),
    isolation,
  ),
  one(
    'sweep the first page only',
    ledger('adapters/sweeps.ts', 'if (rows.length < pageSize) return sent;', 'return sent;'),
    ['services/ledger/test/ledger.test'],
  ),
  one(
    'let control characters of glyphs through',
    {
      file: 'services/preprocess/src/core/text-lines.ts',
      find: "cleanText(text).normalize('NFC')",
      replace: "text.normalize('NFC')",
    },
    ['services/preprocess/src/core/text-lines.test'],
  ),
  one(
    'claim runs of identifiers that no store keeps',
    {
      file: 'services/preprocess/src/stage.ts',
      find: 'checkIdentifiers(task, context.source.timestampMs);',
      replace: 'void checkIdentifiers;',
    },
    ['services/preprocess/test/stage.test'],
  ),
  one(
    'believe every context of a record',
    {
      file: 'libs/stage/src/encoding.ts',
      find: 'if (!stage.acceptsRuns) checkRun(run);',
      replace: 'void checkRun;',
    },
    ['libs/stage/test/strange-records'],
  ),
  one(
    'let an observer fail a record',
    {
      file: 'libs/stage/src/runner.ts',
      find: 'observer: guardObserver(given.observer)',
      replace: 'observer: guardObserver && given.observer',
    },
    ['libs/stage/test/strange-records'],
  ),
  one(
    'believe the due time of a retry',
    {
      file: 'libs/stage/src/runner.ts',
      find: 'Math.min(delivery.dueAtMs, now + (delayMs ?? 0))',
      replace: 'delivery.dueAtMs',
    },
    ['libs/stage/test/strange-records'],
  ),
  one(
    'ask the registry for every id at once',
    {
      file: 'libs/registry/src/schema-lookups.ts',
      find: 'const maxLookups = 4;',
      replace: 'const maxLookups = 10_000;',
    },
    ['libs/registry/src/registry-codec'],
  ),
  one(
    'take a name that the store refuses for an outage',
    {
      file: 'libs/objects/src/store-failure.ts',
      find: "isMissing(name, status) ? 'STORE_UNAVAILABLE' : 'RECORD_INVALID'",
      replace: "'STORE_UNAVAILABLE'",
    },
    ['libs/objects/src/store-failure'],
  ),
  ...retentionSabotages,
  ...liveReviewSabotages,
  ...tenantSabotages,
];
