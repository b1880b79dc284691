import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const intervalMs = 300;

/** Counts the runs of a tenant that have not ended, until the signal aborts; returns a function that gives the latest count. */
export async function countOpenRuns(
  postgres: string,
  tenantId: string,
  signal: AbortSignal,
): Promise<() => number> {
  const client = new pg.Client({ connectionString: postgres });
  await client.connect();
  let open = 0;
  const poll = async (): Promise<void> => {
    while (!signal.aborted) {
      const found = await client.query<{ readonly open: number }>(
        'select count(*)::int as open from runs where tenant_id = $1 and ended_at is null',
        [tenantId],
      );
      open = found.rows[0]?.open ?? 0;
      await pause(intervalMs);
    }
    await client.end();
  };
  void poll();
  return () => open;
}
