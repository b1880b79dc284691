import { z } from 'zod';
import { apiClient, type ApiAddress } from '../api-client.ts';

const record = z.object({
  id: z.string(),
  tenantId: z.string().nullable(),
  runId: z.string().nullable(),
  cause: z.string(),
  message: z.string(),
  at: z.string(),
  tries: z.number(),
  state: z.enum(['set-aside', 'redrive-asked', 'redriven']),
});

const page = z.object({ records: z.array(record), next: z.string().nullable() });

/** A record set aside, in a list of the API. */
export type SetAsideRecord = z.infer<typeof record>;

/** Requests about records that the read model could not store. Every method throws `ApiRefusal`. */
export interface SetAsideApi {
  /** Newest first, at most `limit`; without `all` only those that are not stored by now. */
  list(options: { readonly all: boolean; readonly limit: number }): Promise<readonly SetAsideRecord[]>;
  /** Has the ledger read the record again. */
  redrive(id: string): Promise<SetAsideRecord>;
}

const pageSize = 200;

export function setAsideApi(address: ApiAddress): SetAsideApi {
  const call = apiClient(address);
  return {
    list: async ({ all, limit }) => {
      const found: SetAsideRecord[] = [];
      let cursor: string | null | undefined;
      while (cursor !== null && found.length < limit) {
        const query = new URLSearchParams({ limit: String(Math.min(pageSize, limit - found.length)) });
        if (!all) query.set('redriven', 'false');
        if (cursor !== undefined) query.set('cursor', cursor);
        const { records, next } = page.parse(await call(`/v1/read-model/set-aside?${query.toString()}`));
        found.push(...records);
        cursor = next;
      }
      return found;
    },
    redrive: async (id) =>
      record.parse(await call(`/v1/read-model/set-aside/${id}/redrive`, { method: 'POST' })),
  };
}
