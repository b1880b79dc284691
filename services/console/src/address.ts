import { useParams, useSearch } from '@tanstack/react-router';

/**
 * What the query of the address says, as `read` understands it. The router does not know the types of its places in the
 * views that they lead to, so each view reads the address itself.
 */
export function useAddressQuery<Query>(read: (query: Readonly<Record<string, unknown>>) => Query): Query {
  const query: unknown = useSearch({ strict: false });
  return read(query as Readonly<Record<string, unknown>>);
}

/** The id in the path of a view: the router shows it for no path without one. */
export function useAddressId(name: 'batchId' | 'runId' | 'taskId' | 'tenantId'): string {
  const parts: unknown = useParams({ strict: false });
  return (parts as Readonly<Record<string, string | undefined>>)[name] ?? '';
}
