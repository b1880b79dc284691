import { headerNames } from '@docfleet/domain';

const hidden = '(hidden)';

/**
 * Names of texts in records that fleet roles may see: ids, names of stages, codes and times. Everything else that is
 * text may hold what a client wrote or a page says: file names, expectations, addresses. A new field is hidden until it
 * is added here.
 */
const visible: ReadonlySet<string> = new Set([
  'runId',
  'requestId',
  'documentId',
  'tenantId',
  'lane',
  'region',
  'claimDate',
  'stage',
  'route',
  'degradation',
  'documentClass',
  'code',
  'status',
  'verdict',
  'mediaType',
  'outcomeId',
]);

/** A decoded record with numbers, switches and the texts that fleet roles may see. */
export function withoutContent(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return visible.has(name) ? value : hidden;
  if (Array.isArray(value)) return value.map((each) => withoutContent(each, name));
  if (typeof value !== 'object' || value === null) return value;
  // A client names its expectations, so their names say nothing about what is in them.
  if (name === 'expectations') return Object.fromEntries(Object.keys(value).map((each) => [each, hidden]));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [key, withoutContent(inner, key)]),
  );
}

/** The headers that the fleet itself reads and writes; a producer may add any others. */
export function headersWithoutContent(headers: Readonly<Record<string, string>>): Record<string, string> {
  const known: ReadonlySet<string> = new Set(Object.values(headerNames));
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, known.has(name) ? value : hidden]),
  );
}

/** The key where it is an id of the fleet; a producer may write any other. */
export function keyWithoutContent(
  key: string | null,
  { runId, tenantId }: { readonly runId: string | null; readonly tenantId: string | null },
): string | null {
  return key === null || key === runId || key === tenantId ? key : hidden;
}
