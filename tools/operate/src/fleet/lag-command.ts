import { z } from 'zod';
import type { ApiCall } from '../api-client.ts';
import { columns } from '../columns.ts';

const lag = z.object({
  at: z.string(),
  stages: z.array(
    z.object({
      stage: z.string(),
      members: z.number(),
      secondsPerDocument: z.number().nullable(),
      lanes: z.array(
        z.object({
          lane: z.string(),
          records: z.number(),
          seconds: z.number().nullable(),
          paused: z.boolean(),
        }),
      ),
      retrying: z.number(),
    }),
  ),
});

const processes = z.object({
  processes: z.array(
    z.object({
      process: z.string(),
      service: z.string(),
      reportedAt: z.string(),
      drained: z.boolean(),
      breakers: z.array(z.object({ name: z.string(), state: z.string() })),
    }),
  ),
});

/** Prints what waits before each stage. @throws ApiRefusal */
export async function lagCommand(
  { json }: { readonly json: boolean },
  call: ApiCall,
  say: (line: string) => void,
): Promise<void> {
  const found = lag.parse(await call('/v1/fleet/lag'));
  if (json) {
    say(JSON.stringify(found, null, 2));
    return;
  }
  const rows = found.stages.flatMap(({ stage, members, lanes, retrying }) => [
    ...lanes.map(({ lane, records, seconds, paused }) => [
      stage,
      lane,
      String(records),
      seconds === null ? '?' : String(seconds),
      String(members),
      paused ? 'paused' : '',
    ]),
    ...(retrying === 0 ? [] : [[stage, 'retries', String(retrying), '', String(members), '']]),
  ]);
  columns(['stage', 'lane', 'records', 'seconds', 'processes', ''], rows).forEach(say);
}

/** Prints the processes that report, by the names that drain takes. @throws ApiRefusal */
export async function processesCommand(
  { json }: { readonly json: boolean },
  call: ApiCall,
  say: (line: string) => void,
): Promise<void> {
  const found = processes.parse(await call('/v1/fleet')).processes;
  if (json) {
    say(JSON.stringify(found, null, 2));
    return;
  }
  const rows = found.map(({ process, reportedAt, drained, breakers }) => [
    process,
    reportedAt.slice(0, 19).replace('T', ' '),
    drained ? 'drained' : 'working',
    breakers.flatMap(({ name, state }) => (state === 'closed' ? [] : [`${name} ${state}`])).join(', '),
  ]);
  columns(['process', 'reported (UTC)', 'state', 'breakers that are not closed'], rows).forEach(say);
}
