import { useQuery, type QueryCache, type UseQueryResult } from '@tanstack/react-query';
import { useApi } from '../session/api.ts';

const keyName = 'page';

/** The image of a page, as an address that the browser can show. An image element sends no key, so its bytes are read first. */
export function usePageImage(runId: string, page: number): UseQueryResult<string> {
  const { client } = useApi();
  return useQuery({
    queryKey: [keyName, runId, page],
    queryFn: async ({ signal }) => {
      const answer = await client.readArtifact({ runId, name: `page-${String(page)}` }, { signal });
      return URL.createObjectURL(await answer.blob());
    },
    // The image of a page never changes; it is dropped a minute after nothing shows it.
    staleTime: Infinity,
    gcTime: 60_000,
  });
}

/** Has the browser give up the bytes of images that are dropped from the cache. */
export function releasePageImages(cache: QueryCache): void {
  cache.subscribe(({ type, query }) => {
    const { queryKey, state } = query as {
      readonly queryKey: readonly unknown[];
      readonly state: { readonly data: unknown };
    };
    if (type === 'removed' && queryKey[0] === keyName && typeof state.data === 'string')
      URL.revokeObjectURL(state.data);
  });
}
