import { ApiError, UnreachableError } from '@docfleet/client';
import { useMemo } from 'react';
import type {
  PageWords,
  ReviewChange,
  ReviewClaim,
  ReviewDecided,
  ReviewDecision,
  ReviewHistoryPage,
  ReviewPage,
  ReviewTask,
  ReviewTaskPage,
  ReviewTaskSummary,
} from '../model/review-types.ts';
import type { ClassFacts } from '../model/work-place.ts';
import { useApi } from './api.ts';

interface Call {
  readonly signal?: AbortSignal;
}

/** Review as the API has it. */
export function reviewApiFor(credential: string) {
  const send = async (method: string, path: string, body?: unknown, { signal }: Call = {}): Promise<Response> => {
    const headers = {
      authorization: `Bearer ${credential}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const init = {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    };
    let answer: Response;
    try {
      answer = await fetch(`/v1/review${path}`, init);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new UnreachableError(location.origin, error);
    }
    if (answer.status >= 502) throw new UnreachableError(location.origin, answer.status);
    if (!answer.ok) throw new ApiError({ status: answer.status, body: await answer.text() });
    return answer;
  };
  const json = async <T>(method: string, path: string, body?: unknown, call?: Call): Promise<T> =>
    (await (await send(method, path, body, call)).json()) as T;
  return {
    listClasses: async (call: Call = {}): Promise<{ readonly classes: readonly ClassFacts[] }> => {
      const headers = { authorization: `Bearer ${credential}` };
      const answer = await fetch('/v1/classes', { headers, ...call });
      return (await answer.json()) as { readonly classes: readonly ClassFacts[] };
    },
    listReviewTasks: (query: Readonly<Record<string, string | undefined>>, call?: Call) => {
      const given = Object.entries(query).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value] as [string, string]],
      );
      return json<ReviewTaskPage>('GET', `/tasks?${new URLSearchParams(given).toString()}`, undefined, call);
    },
    nextReviewTask: async (body: { readonly class?: string; readonly skip?: readonly string[] }) => {
      const answer = await send('POST', '/next', body);
      return answer.status === 204 ? undefined : ((await answer.json()) as ReviewTask);
    },
    readReviewTask: ({ taskId }: { readonly taskId: string }, call?: Call) =>
      json<ReviewTask>('GET', `/tasks/${taskId}`, undefined, call),
    claimReviewTask: ({ taskId }: { readonly taskId: string }) =>
      json<ReviewClaim>('PUT', `/tasks/${taskId}/claim`, {}),
    releaseReviewTask: ({ taskId }: { readonly taskId: string }) =>
      json<ReviewClaim>('DELETE', `/tasks/${taskId}/claim`),
    assignReviewTask: ({ taskId, to }: { readonly taskId: string; readonly to: string }) =>
      json<ReviewClaim>('POST', `/tasks/${taskId}/assign`, { to }),
    skipReviewTask: ({ taskId, reason }: { readonly taskId: string; readonly reason: string }) =>
      json<ReviewTaskSummary>('POST', `/tasks/${taskId}/skip`, { reason }),
    changeReviewTask: (
      { taskId }: { readonly taskId: string },
      body: { readonly version: number; readonly changeId: string; readonly changes: readonly ReviewChange[] },
    ) => json<ReviewTask>('POST', `/tasks/${taskId}/changes`, body),
    decideReviewTask: (
      { taskId }: { readonly taskId: string },
      body: ReviewDecision & { readonly version: number; readonly decisionId: string },
    ) => json<ReviewDecided>('POST', `/tasks/${taskId}/decision`, body),
    readReviewHistory: ({ taskId, cursor }: { readonly taskId: string; readonly cursor?: string }, call?: Call) =>
      json<ReviewHistoryPage>(
        'GET',
        `/tasks/${taskId}/history${cursor === undefined ? '' : `?cursor=${cursor}`}`,
        undefined,
        call,
      ),
    listReviewPages: ({ taskId }: { readonly taskId: string }, call?: Call) =>
      json<{ readonly pages: readonly ReviewPage[] }>('GET', `/tasks/${taskId}/pages`, undefined, call),
    readReviewPageImage: ({ taskId, page }: { readonly taskId: string; readonly page: number }, call?: Call) =>
      send('GET', `/tasks/${taskId}/pages/${String(page)}/image`, undefined, call),
    readReviewPageWords: ({ taskId, page }: { readonly taskId: string; readonly page: number }, call?: Call) =>
      json<PageWords>('GET', `/tasks/${taskId}/pages/${String(page)}/words`, undefined, call),
  };
}

export type ReviewApi = ReturnType<typeof reviewApiFor>;

export function useReviewApi(): ReviewApi {
  const { credential } = useApi();
  return useMemo(() => reviewApiFor(credential), [credential]);
}
