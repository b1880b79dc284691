import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { wordsIn, type PageWords } from '../model/words.ts';
import { useApi } from '../session/api.ts';

/** The words of a document that has ended, by page. They never change. */
export function useDocumentWords(runId: string): UseQueryResult<readonly PageWords[]> {
  const { client } = useApi();
  return useQuery({
    queryKey: ['words', runId],
    queryFn: async ({ signal }) => {
      const answer = await client.readArtifact({ runId, name: 'words.json' }, { signal });
      return wordsIn(await answer.json());
    },
    staleTime: Infinity,
  });
}
