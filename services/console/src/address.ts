import { useParams, useSearch } from '@tanstack/react-router';

/**
 * What the query of the address says, as `read` understands it. The router does not know the types of its places in the
 * views that they lead to, so each view reads the address itself.
 */
export function useAddressQuery<Query>(read: (query: Readonly<Record<string, unknown>>) => Query): Query {
  return read(useSearch({ strict: false }) as Readonly<Record<string, unknown>>);
}

/** The id in the path of a view: the router shows it for no path without one. */
export function useAddressId(name: 'batchId' | 'runId' | 'tenantId'): string {
  const parts = useParams({ strict: false }) as Readonly<Record<string, string | undefined>>;
  return parts[name] ?? '';
}
