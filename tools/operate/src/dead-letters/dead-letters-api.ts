import { z } from 'zod';
import { apiClient, type ApiAddress } from '../api-client.ts';
import type { LetterFilter } from '../arguments.ts';

const deadLetter = z.object({
  id: z.string(),
  stage: z.string(),
  tenantId: z.string().nullable(),
  runId: z.string().nullable(),
  revision: z.number().nullable(),
  failure: z.object({ code: z.string(), message: z.string() }),
  attempt: z.number(),
  at: z.string(),
  redriven: z.object({ revision: z.number(), at: z.string(), by: z.string() }).nullable(),
});

const page = z.object({ deadLetters: z.array(deadLetter), next: z.string().nullable() });

const redriven = z.object({ runId: z.string(), revision: z.number(), repeated: z.boolean() });

/** A dead letter in a list of the API. */
export type DeadLetter = z.infer<typeof deadLetter>;
export type Redriven = z.infer<typeof redriven>;

/** Requests about dead letters. Every method throws `ApiRefusal`. */
export interface DeadLettersApi {
  /** Newest first, at most `limit`. */
  list(
    filter: LetterFilter,
    options: { readonly all: boolean; readonly limit: number },
  ): Promise<readonly DeadLetter[]>;
  /** The dead letter with its record, as returned by the API. */
  show(id: string): Promise<unknown>;
  redrive(id: string): Promise<Redriven>;
}

const pageSize = 200;

export function deadLettersApi(address: ApiAddress): DeadLettersApi {
  const call = apiClient(address);
  return {
    list: async (filter, { all, limit }) => {
      const found: DeadLetter[] = [];
      let cursor: string | null | undefined;
      while (cursor !== null && found.length < limit) {
        const query = queryOf(filter, { all, limit: Math.min(pageSize, limit - found.length), cursor });
        const { deadLetters, next } = page.parse(await call(`/v1/dead-letters?${query}`));
        found.push(...deadLetters);
        cursor = next;
      }
      return found;
    },
    show: (id) => call(`/v1/dead-letters/${id}`),
    redrive: async (id) => redriven.parse(await call(`/v1/dead-letters/${id}/redrive`, { method: 'POST' })),
  };
}

function queryOf(
  { tenant, stage, code, since }: LetterFilter,
  more: { readonly all: boolean; readonly limit: number; readonly cursor: string | undefined },
): string {
  const query = new URLSearchParams({ limit: String(more.limit) });
  if (!more.all) query.set('redriven', 'false');
  if (tenant !== undefined) query.set('tenant', tenant);
  if (stage !== undefined) query.set('stage', stage);
  if (code !== undefined) query.set('code', code);
  if (since !== undefined) query.set('since', new Date(since).toISOString());
  if (more.cursor !== undefined) query.set('cursor', more.cursor);
  return query.toString();
}
