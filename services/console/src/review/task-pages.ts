import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { PageWords } from '../model/review-types.ts';
import { useReviewApi } from '../session/review-api.ts';
import type { PageSource } from '../views/page-image.ts';

/** The pages of a document that is reviewed. */
export function useTaskPages(taskId: string): PageSource {
  const api = useReviewApi();
  return useMemo(
    () => ({ id: taskId, read: (page, signal) => api.readReviewPageImage({ taskId, page }, { signal }) }),
    [api, taskId],
  );
}

/** The words of a page, once they are wanted. */
export function usePageWords(taskId: string, page: number, isWanted: boolean): PageWords | undefined {
  const api = useReviewApi();
  const { data } = useQuery({
    queryKey: ['review', 'words', taskId, page],
    queryFn: ({ signal }) => api.readReviewPageWords({ taskId, page }, { signal }),
    enabled: isWanted,
    staleTime: Infinity,
  });
  return data;
}
