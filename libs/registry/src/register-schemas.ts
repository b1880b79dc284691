import type { Connection } from '@docfleet/connections';
import { topics, type TopicName } from '@docfleet/contracts';
import pLimit from 'p-limit';
import { IncompatibleSchemaError, openRegistryApi, type RegistryApi } from './registry-api.ts';
import { recordNameOf, schemaTextOf, subjectOf } from './subjects.ts';

/** What was registered, or would be in a dry run. */
export interface RegistrationReport {
  readonly registered: readonly string[];
  /** Subjects whose compatibility level was set. */
  readonly configured: readonly string[];
  readonly unchanged: readonly string[];
}

/** Every version must be able to read records of all earlier versions. */
const compatibility = 'BACKWARD_TRANSITIVE';
/** Concurrent requests to the registry. */
const maxConcurrentRequests = 8;

/**
 * Registers this build's schemas for the values of all topics: sets the compatibility level of each subject,
 * checks new schemas against it, and registers them. Nothing is registered when one of them is incompatible.
 *
 * @throws IncompatibleSchemaError, FailureError `REGISTRY_UNAVAILABLE`
 */
export async function registerSchemas(
  url: string,
  options: Connection & { readonly dryRun?: boolean; readonly topics?: readonly TopicName[] } = {},
): Promise<RegistrationReport> {
  const api = openRegistryApi(url, options);
  const limit = pLimit(maxConcurrentRequests);
  const names = options.topics ?? topics.map(({ name }) => name);
  const states = await limit.map(names, (topic) => stateOf(api, topic));
  const unconfigured = states.filter(({ level }) => level !== compatibility);
  const missing = states.filter(({ id }) => id === null);
  if (options.dryRun !== true) {
    await limit.map(unconfigured, ({ subject }) => api.setCompatibility(subject, compatibility));
  }
  await limit.map(missing, async ({ subject, schema }) => {
    const { ok, reasons } = await api.isCompatible(subject, schema);
    if (!ok) throw new IncompatibleSchemaError(subject, reasons);
  });
  if (options.dryRun !== true) {
    await limit.map(missing, ({ subject, schema }) => api.register(subject, schema));
  }
  return {
    registered: missing.map(({ subject }) => subject),
    configured: unconfigured.map(({ subject }) => subject),
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
