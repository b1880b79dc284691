import { z } from 'zod';

const problem = z.object({ code: z.string(), title: z.string() });

/** The API refused a request, or did not answer. */
export class ApiRefusal extends Error {}

export interface ApiAddress {
  readonly api: string;
  readonly apiKey: string;
}

/** Sends a request and gives the answer's JSON. @throws ApiRefusal */
export type ApiCall = (
  path: string,
  options?: { readonly method?: string; readonly body?: object },
) => Promise<unknown>;

/** Time limit of a request, in milliseconds. */
const requestTimeoutMs = 30_000;

export function apiClient({ api, apiKey }: ApiAddress): ApiCall {
  return async (path, { method = 'GET', body } = {}) => {
    const answer = await fetch(`${api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(requestTimeoutMs),
    }).catch((cause: unknown) => {
      throw new ApiRefusal(`${api} does not answer. Check that the fleet runs (npm start -- --keep).`, {
        cause,
      });
    });
    const json: unknown = await answer.json().catch(() => undefined);
    if (answer.ok) return json;
    const refusal = problem.safeParse(json).data;
    throw new ApiRefusal(
      refusal === undefined ? `${api} answered ${answer.status}` : `${refusal.code}: ${refusal.title}`,
    );
  };
}
