import { fetchWithTls, type Connection } from '@docfleet/connections';
import { FailureError } from '@docfleet/domain';

/** Requests to a Confluent-compatible registry. */
export interface RegistryApi {
  /** Resolves when the registry answers. @throws FailureError `REGISTRY_UNAVAILABLE` */
  ready(): Promise<void>;
  /** The subject's own compatibility level; null where it has none. */
  compatibility(subject: string): Promise<string | null>;
  setCompatibility(subject: string, level: string): Promise<void>;
  /** Id of the schema in the subject; null when it is not registered there. */
  idOf(subject: string, schema: string): Promise<number | null>;
  /** Text of the schema with the id; null when there is none, which only the registry itself can say (404). */
  schemaOf(id: number): Promise<string | null>;
  /** Whether the schema is compatible with the versions of the subject, with the registry's reasons if it has any. */
  isCompatible(subject: string, schema: string): Promise<{ ok: boolean; reasons: string }>;
  /** Registers the schema and returns its id. @throws IncompatibleSchemaError */
  register(subject: string, schema: string): Promise<number>;
}

/** The registry refused a schema that cannot read records of earlier versions. */
export class IncompatibleSchemaError extends Error {
  readonly subject: string;

  constructor(subject: string, reasons: string) {
    super(`The schema of ${subject} cannot read records of its earlier versions${reasons}`);
    this.name = 'IncompatibleSchemaError';
    this.subject = subject;
  }
}

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * @param options.timeoutMs - after which a request is aborted, by default 15 s
 */
export function openRegistryApi(
  url: string,
  { tls, onFailure, timeoutMs = 15_000 }: Connection & { readonly timeoutMs?: number } = {},
): RegistryApi {
  const base = url.replace(/\/+$/, '');
  const send = fetchWithTls(tls);
  const call = async (method: string, path: string, body?: object): Promise<Answer> => {
    try {
      const response = await send(`${base}${path}`, {
        method,
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
        signal: AbortSignal.timeout(timeoutMs),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const parsed: unknown = await response.json().catch(() => ({}));
      if (response.status >= 500) throw new Error(`${method} ${path} answered ${response.status}`);
      return { status: response.status, body: (parsed ?? {}) as Answer['body'] };
    } catch (cause) {
      onFailure?.(cause);
      throw new FailureError('REGISTRY_UNAVAILABLE', {}, { cause });
    }
  };
  const of = (subject: string): string => encodeURIComponent(subject);
  return {
    ready: async () => {
      expectStatus(await call('GET', '/subjects'), 200);
    },
    compatibility: async (subject) => {
      const answer = await call('GET', `/config/${of(subject)}`);
      if (answer.status === 404) return null;
      return String(expectStatus(answer, 200)['compatibilityLevel']);
    },
    setCompatibility: async (subject, level) => {
      expectStatus(await call('PUT', `/config/${of(subject)}`, { compatibility: level }), 200);
    },
    idOf: async (subject, schema) => {
      const answer = await call('POST', `/subjects/${of(subject)}`, { schema });
      return answer.status === 404 ? null : Number(expectStatus(answer, 200)['id']);
    },
    schemaOf: async (id) => {
      const answer = await call('GET', `/schemas/ids/${id}`);
      return answer.status === 404 ? null : String(expectStatus(answer, 200)['schema']);
    },
    isCompatible: async (subject, schema) => {
      const path = `/compatibility/subjects/${of(subject)}/versions?verbose=true`;
      const answer = await call('POST', path, { schema });
      if (answer.status === 404) return { ok: true, reasons: '' };
      const { is_compatible: ok, messages } = expectStatus(answer, 200);
      return { ok: ok === true, reasons: Array.isArray(messages) ? `: ${messages.join('; ')}` : '' };
    },
    register: async (subject, schema) => {
      const answer = await call('POST', `/subjects/${of(subject)}/versions`, { schema });
      if (answer.status === 409)
        throw new IncompatibleSchemaError(subject, `: ${String(answer.body['message'])}`);
      return Number(expectStatus(answer, 200)['id']);
    },
  };
}

function expectStatus({ status, body }: Answer, expected: number): Answer['body'] {
  if (status !== expected)
    throw new Error(`Unexpected status ${status} of the registry: ${JSON.stringify(body)}`);
  return body;
}
