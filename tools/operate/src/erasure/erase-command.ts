import { z } from 'zod';
import type { ApiCall } from '../api-client.ts';
import type { EraseArguments } from './erase-arguments.ts';

const erasure = z.object({
  erasureId: z.string(),
  tenantId: z.string(),
  runId: z.string().nullable(),
  state: z.string(),
  requestedAt: z.string(),
  endedAt: z.string().nullable(),
  runs: z.number(),
  objects: z.number(),
  recordsGoneBy: z.string(),
});

/** Requests the erasure of a run or a tenant, or prints how far one has come. Nothing is changed without `--yes`. @throws ApiRefusal */
export async function eraseCommand(
  given: EraseArguments,
  call: ApiCall,
  say: (line: string) => void,
): Promise<void> {
  if (given.kind !== 'show' && !given.yes) {
    const what =
      given.kind === 'run' ? `run ${given.runId}` : `every run and upload of tenant ${given.tenantId}`;
    say(`would erase ${what}; this cannot be undone; --yes does it`);
    return;
  }
  const answer = erasure.parse(await send(given, call));
  if (given.json) {
    say(JSON.stringify(answer, null, 2));
    return;
  }
  const { erasureId, tenantId, runId, state, runs, objects, recordsGoneBy } = answer;
  const whose = runId === null ? `tenant ${tenantId}` : `run ${runId} of tenant ${tenantId}`;
  say(`Erasure ${erasureId} of ${whose}: ${state}, ${runs} runs and ${objects} objects so far.`);
  say(`Topics may hold records about it until ${recordsGoneBy}.`);
  if (state !== 'done') say(`It goes on in the background: npm run operate -- erase show ${erasureId}`);
}

function send(given: EraseArguments, call: ApiCall): Promise<unknown> {
  switch (given.kind) {
    case 'run':
      return call(`/v1/jobs/${given.runId}/erase`, { method: 'POST' });
    case 'tenant':
      return call(`/v1/tenants/${encodeURIComponent(given.tenantId)}/erase`, { method: 'POST' });
    case 'show':
      return call(`/v1/erasures/${given.erasureId}`);
  }
}
