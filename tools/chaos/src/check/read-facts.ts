import { topics } from '@docfleet/contracts';
import { runIdOf } from '@docfleet/domain';
import type { Endpoints } from '@docfleet/stack';
import { z } from 'zod';
import type { Expectations, Facts, IntakeRecord, LagOf, RecordPosition, TerminalEvent } from './facts.ts';
import { readDatabase } from './read-database.ts';
import { readStore } from './read-store.ts';
import { readTopics, type ReadRecord } from './read-topics.ts';

const submitted = z.object({ tenantId: z.string(), requestId: z.string().nullable() });

const terminal = z.object({
  tenantId: z.string(),
  runId: z.string(),
  revision: z.number(),
  outcomeId: z.string(),
  status: z.string(),
  failure: z.object({ code: z.string() }).optional(),
  bundle: z.object({ uri: z.string() }),
  verdict: z.string().nullish(),
  documents: z
    .array(
      z.object({
        index: z.number(),
        fields: z.array(z.object({ name: z.string(), value: z.string(), source: z.string() })),
      }),
    )
    .optional(),
});

const source = z.object({ topic: z.string(), partition: z.number(), offset: z.string() });
const rejection = z.object({ code: z.string(), source });
const stageEvent = z.object({ kind: z.string(), source });

const positionOf = ({ topic, partition, offset }: z.infer<typeof source>): RecordPosition =>
  `${topic}/${partition}/${offset}`;

/** Reads the final state, after the services have ended. */
export async function readFacts(options: {
  readonly endpoints: Endpoints;
  readonly expected: Expectations;
  readonly lag: readonly LagOf[];
  readonly group: string;
}): Promise<Omit<Facts, 'leftovers' | 'messages'>> {
  const { endpoints, expected, lag, group } = options;
  const intakeTopics = topics
    .map(({ name }) => name)
    .filter((name) => /^documents\.(urgent|high|normal)$/.test(name));
  const deadLetterTopics = topics.map(({ name }) => name).filter((name) => name.includes('dead-letter'));
  const intakeRetryTopics = topics
    .map(({ name }) => name)
    .filter((name) => name.startsWith('preprocess.retry.'));
  const terminalTopics = ['documents.completed', 'documents.failed'];
  const records = await readTopics({
    broker: endpoints.broker,
    registry: endpoints.registry,
    topics: [
      ...intakeTopics,
      ...intakeRetryTopics,
      ...terminalTopics,
      ...deadLetterTopics,
      'documents.rejected',
      'documents.events',
    ],
    group,
  });
  const [store, database] = await Promise.all([readStore(endpoints.s3), readDatabase(endpoints.postgres)]);
  const of = (names: readonly string[]): readonly ReadRecord[] =>
    records.filter(({ topic }) => names.includes(topic));
  const origins = new Map(of(intakeRetryTopics).map((record) => [positionOf(record), originOf(record)]));
  const claimants = new Map([...store.claims].map(([runId, position]) => [position, runId]));
  return {
    ...store,
    ...database,
    lag,
    intake: of(intakeTopics).map((record) => intakeOf(record, expected, claimants)),
    terminal: of(terminalTopics).map(terminalOf),
    rejected: of(['documents.rejected']).map(({ value }) => {
      const { code, source: at } = rejection.parse(value);
      return { code, source: positionOf(at) };
    }),
    duplicates: of(['documents.events'])
      .map(({ value }) => stageEvent.parse(value))
      .filter(({ kind }) => kind === 'duplicate')
      .map(({ source: at }) => origins.get(positionOf(at)) ?? positionOf(at)),
    deadLetters: of(deadLetterTopics).length,
  };
}

/** First position of a record of a retry topic: `topic partition offset ...` in its header. */
function originOf(record: ReadRecord): RecordPosition {
  const [topic = '', partition = '', offset = ''] = (record.headers['docfleet-origin'] ?? '').split(' ');
  return `${topic}/${partition}/${offset}`;
}

/** The run that the record has claimed; else the expected one that it names. */
function intakeOf(
  record: ReadRecord,
  expected: Expectations,
  claimants: ReadonlyMap<RecordPosition, string>,
): IntakeRecord {
  const parsed = submitted.safeParse(record.value);
  const position = positionOf(record);
  const claimed = claimants.get(position);
  if (claimed !== undefined && expected.runs.has(claimed)) return { position, runId: claimed };
  if (!parsed.success || parsed.data.requestId === null) return { position, runId: null };
  const runId = runIdOf(parsed.data.tenantId, parsed.data.requestId);
  return { position, runId: expected.runs.has(runId) ? runId : null };
}

function terminalOf(record: ReadRecord): TerminalEvent {
  const { failure, bundle, verdict = null, documents = [], ...event } = terminal.parse(record.value);
  const facts = { position: positionOf(record), digest: record.digest };
  const fields = documents.flatMap(({ index, fields: own }) =>
    own.map(({ name, value, source: from }) => ({ document: index, name, value, source: from })),
  );
  return { ...event, ...facts, code: failure?.code ?? null, bundleUri: bundle.uri, verdict, fields };
}
