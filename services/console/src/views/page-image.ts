import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '../session/api.ts';

/** The image of a page, as an address that the browser can show; undefined until it was read. */
export function usePageImage(
  runId: string,
  page: number,
): { readonly query: UseQueryResult<Blob>; readonly url: string | undefined } {
  const { client } = useApi();
  const query = useQuery({
    queryKey: ['page', runId, page],
    queryFn: async ({ signal }) => {
      const answer = await client.readArtifact({ runId, name: `page-${String(page)}` }, { signal });
      return answer.blob();
    },
    // The image of a page never changes; it is dropped a minute after nothing shows it.
    staleTime: Infinity,
    gcTime: 60_000,
  });
  const { data } = query;
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (data === undefined) return undefined;
    const made = URL.createObjectURL(data);
    setUrl(made);
    return () => {
      setUrl(undefined);
      URL.revokeObjectURL(made);
    };
  }, [data]);
  return { query, url };
}
