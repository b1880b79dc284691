import { topics, type TopicName } from '@docfleet/contracts';
import { IncompatibleSchemaError, openRegistryApi, type RegistryApi } from './registry-api.ts';
import { recordNameOf, schemaTextOf, subjectOf } from './subjects.ts';

/** What was registered, or would be. */
export interface RegistrationReport {
  readonly registered: readonly string[];
  /** Subjects whose compatibility level was set. */
  readonly configured: readonly string[];
  readonly unchanged: readonly string[];
}

/** Every version must be able to read what all versions before it have written. */
const compatibility = 'BACKWARD_TRANSITIVE';
const atOnce = 8;

/**
 * Registers this build's schemas for the values of all topics: sets each subject's compatibility level, asks whether
 * a schema that is new may follow the old ones, and only then registers it. Nothing is registered when one of them
 * may not.
 *
 * @throws IncompatibleSchemaError, FailureError `REGISTRY_UNAVAILABLE`
 */
export async function registerSchemas(
  url: string,
  options: { readonly dryRun?: boolean; readonly topics?: readonly TopicName[] } = {},
): Promise<RegistrationReport> {
  const api = openRegistryApi(url);
  const names = options.topics ?? topics.map(({ name }) => name);
  const states = await inParallel(names, (topic) => stateOf(api, topic));
  const unsure = states.filter(({ level }) => level !== compatibility);
  const missing = states.filter(({ id }) => id === null);
  if (options.dryRun !== true) {
    await inParallel(unsure, ({ subject }) => api.setCompatibility(subject, compatibility));
  }
  await inParallel(missing, async ({ subject, schema }) => {
    const { ok, reasons } = await api.isCompatible(subject, schema);
    if (!ok) throw new IncompatibleSchemaError(subject, reasons);
  });
  if (options.dryRun !== true) {
    await inParallel(missing, ({ subject, schema }) => api.register(subject, schema));
  }
  return {
    registered: missing.map(({ subject }) => subject),
    configured: unsure.map(({ subject }) => subject),
    unchanged: states
      .filter(({ id, level }) => id !== null && level === compatibility)
      .map(({ subject }) => subject),
  };
}

interface SubjectState {
  readonly subject: string;
  readonly schema: string;
  readonly id: number | null;
  readonly level: string | null;
}

async function stateOf(api: RegistryApi, topic: TopicName): Promise<SubjectState> {
  const subject = subjectOf(topic);
  const schema = schemaTextOf(recordNameOf(topic));
  const [id, level] = await Promise.all([api.idOf(subject, schema), api.compatibility(subject)]);
  return { subject, schema, id, level };
}

/** Does `action` for all items, a few at a time; the results are in the order of the items. */
async function inParallel<A, T>(items: readonly A[], action: (item: A) => Promise<T>): Promise<T[]> {
  const waiting = [...items.entries()];
  const results: T[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, item] = next;
      results[index] = await action(item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
