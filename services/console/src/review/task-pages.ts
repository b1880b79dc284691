import type { ReviewWords } from '@docfleet/client';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { PageWords } from '../model/review-types.ts';
import { boxOf } from '../model/view.ts';
import { useApi, type Api } from '../session/api.ts';
import type { PageSource } from '../views/page-image.ts';

/** The pages of a document that is reviewed. */
export function taskPages(client: Api['client'], taskId: string): PageSource {
  return {
    id: taskId,
    read: (page, signal) => client.readReviewPage({ taskId, page: String(page) }, { signal }),
  };
}

/** The same, once for as long as they are shown. */
export function useTaskPages(taskId: string): PageSource {
  const { client } = useApi();
  return useMemo(() => taskPages(client, taskId), [client, taskId]);
}

/** The words of a page, once they are wanted. */
export function usePageWords(taskId: string, page: number, isWanted: boolean): PageWords | undefined {
  const { client } = useApi();
  const { data } = useQuery({
    queryKey: ['review', 'words', taskId, page],
    queryFn: async ({ signal }) =>
      placedWords(await client.readReviewWords({ taskId, page: String(page) }, { signal })),
    enabled: isWanted,
    staleTime: Infinity,
  });
  return data;
}

function placedWords({ lines }: ReviewWords): PageWords {
  return {
    lines: lines.map(({ words }) => ({
      words: words.flatMap(({ text, box }) => {
        const placed = boxOf(box);
        return placed === undefined ? [] : [{ text, box: placed }];
      }),
    })),
  };
}
