import type { TopicName } from '@docfleet/contracts';
import { FailureError } from '@docfleet/domain';
import avro from 'avsc';
import pLimit from 'p-limit';
import { memoizeAsync } from './memoize-async.ts';
import type { RegistryApi } from './registry-api.ts';
import { recordNameOf, schemaTextOf, subjectOf } from './subjects.ts';

export type RegistryLog = (
  level: 'info' | 'warn',
  message: string,
  facts?: Readonly<Record<string, unknown>>,
) => void;

/** What a process asks the registry while it reads and writes records; each answer is kept. */
export interface SchemaLookups {
  /**
   * Id of this build's schema of a topic's values. One id for every topic with the same record: a registry gives the same
   * schema the same id in all subjects.
   *
   * @throws FailureError `REGISTRY_UNAVAILABLE`, also while the schema is not registered
   */
  idOf(topic: TopicName): Promise<number>;
  /**
   * The schema of an id.
   *
   * @throws FailureError `RECORD_UNDECODABLE` where the registry has none or it is not Avro, `REGISTRY_UNAVAILABLE`
   */
  writerOf(id: number): Promise<avro.Type>;
}

/**
 * Requests for schemas by their id at a time: anybody who may write to a topic can name ids that do not exist, a different
 * one in each record.
 */
const maxLookups = 4;

/** Time until an unknown id is looked up again, in milliseconds: invalid records must not cause a request each. */
const unknownIdTtlMs = 60_000;

/** Keeps for a while that an id cannot be decoded with; an outage is never kept. */
export const keepUndecodable = {
  failureTtlMs: (error: unknown): number =>
    error instanceof FailureError && error.code === 'RECORD_UNDECODABLE' ? unknownIdTtlMs : 0,
};

/**
 * Time after a failed request in which no further one is made, in milliseconds: what waited for its turn fails at once
 * instead of waiting for the time limit of all before it.
 */
const pauseMs = 1_000;

/** Looks schemas up: a few at a time, the same one once. Requests for ids of this build's schemas are not held up by others. */
export function openSchemaLookups(
  api: Pick<RegistryApi, 'idOf' | 'schemaOf'>,
  log: RegistryLog,
): SchemaLookups {
  const limit = pLimit(maxLookups);
  let awayUntil = 0;

  const unavailable = (cause: unknown, facts: Readonly<Record<string, unknown>>): FailureError => {
    log('warn', 'The registry could not be asked for a schema', { ...facts, error: describe(cause) });
    return new FailureError('REGISTRY_UNAVAILABLE', {}, { cause });
  };

  const idOf = memoizeAsync(
    async (topic: TopicName): Promise<number> => {
      const record = recordNameOf(topic);
      try {
        const id = await api.idOf(subjectOf(topic), schemaTextOf(record));
        if (id === null) throw new Error(`The schema of ${subjectOf(topic)} is not registered`);
        log('info', 'Schema id resolved', { record, id });
        return id;
      } catch (cause) {
        throw unavailable(cause, { topic });
      }
    },
    recordNameOf,
    { failureTtlMs: () => pauseMs },
  );

  const schemaOf = (id: number): ReturnType<RegistryApi['schemaOf']> =>
    limit(async () => {
      if (performance.now() < awayUntil) throw new FailureError('REGISTRY_UNAVAILABLE');
      try {
        return await api.schemaOf(id);
      } catch (cause) {
        awayUntil = performance.now() + pauseMs;
        throw unavailable(cause, { id });
      }
    });

  const writerOf = memoizeAsync(
    async (id: number): Promise<avro.Type> => {
      const schema = await schemaOf(id);
      if (schema === null) throw new FailureError('RECORD_UNDECODABLE');
      try {
        return avro.Type.forSchema(JSON.parse(schema) as avro.Schema);
      } catch (cause) {
        throw new FailureError('RECORD_UNDECODABLE', {}, { cause });
      }
    },
    String,
    keepUndecodable,
  );

  return { idOf, writerOf };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
