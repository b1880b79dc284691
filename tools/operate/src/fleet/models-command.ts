import { commands, usageError } from '@docfleet/command-line';
import { z } from 'zod';
import type { ApiCall } from '../api-client.ts';
import { columns } from '../columns.ts';

export type ModelsArguments = { readonly json: boolean; readonly yes: boolean } & (
  | { readonly kind: 'list' }
  | { readonly kind: 'pin'; readonly digest: string; readonly reason: string }
  | { readonly kind: 'rollback'; readonly reason: string }
);

/** Reads what follows `models`. @throws UsageError */
export function parseModels(
  [kind, digest, ...more]: readonly string[],
  {
    json,
    yes,
    reason,
  }: { readonly json: boolean; readonly yes: boolean; readonly reason?: string | undefined },
): ModelsArguments {
  if (kind === 'list' && digest === undefined) return { kind, json, yes };
  const isPin =
    kind === 'pin' && digest !== undefined && more.length === 0 && /^[0-9a-f]{8,64}$/.test(digest);
  const isRollback = kind === 'rollback' && digest === undefined;
  if (!isPin && !isRollback)
    throw usageError(commands.operate, 'models does list, pin <digest> (8 to 64 of 0-9 and a-f) or rollback');
  if (reason === undefined)
    throw usageError(commands.operate, '--reason is missing: it says why the version is changed');
  return isPin ? { kind, digest, reason, json, yes } : { kind: 'rollback', reason, json, yes };
}

const models = z.object({
  versions: z.array(
    z.object({
      version: z.string(),
      digest: z.string(),
      installed: z.number(),
      inUse: z.number(),
      pinned: z.boolean(),
    }),
  ),
  pinned: z
    .object({
      digest: z.string(),
      by: z.string().nullable(),
      reason: z.string(),
      since: z.string(),
      previous: z.string().nullable(),
    })
    .nullable(),
  missing: z.array(z.string()),
});

/** Lists, pins or rolls back model versions. Nothing is changed without `--yes`. @throws ApiRefusal */
export async function modelsCommand(
  given: ModelsArguments,
  call: ApiCall,
  say: (line: string) => void,
): Promise<void> {
  const found = models.parse(await call('/v1/fleet/models'));
  if (given.kind === 'list') {
    if (given.json) say(JSON.stringify(found, null, 2));
    else linesOf(found).forEach(say);
    return;
  }
  const what =
    given.kind === 'pin'
      ? `pin the models ${given.digest}`
      : found.pinned?.previous === null
        ? `unpin the models ${found.pinned.digest}: each process uses its own`
        : `pin the models ${found.pinned?.previous ?? 'that were pinned before'} again`;
  if (!given.yes) {
    say(`would ${what}; --yes does it`);
    return;
  }
  const { reason } = given;
  if (given.kind === 'pin')
    await call('/v1/fleet/models/pin', { method: 'POST', body: { digest: given.digest, reason } });
  else await call('/v1/fleet/models/rollback', { method: 'POST', body: { reason } });
  say(`done: ${what}`);
}

function linesOf({ versions, pinned, missing }: z.infer<typeof models>): readonly string[] {
  if (versions.length === 0) return ['No process reports models.'];
  const rows = versions.map((each) => [
    each.version,
    each.digest,
    String(each.installed),
    String(each.inUse),
    each.pinned ? 'pinned' : '',
  ]);
  return [
    ...columns(['version', 'digest', 'installed', 'in use', ''], rows),
    ...(pinned === null
      ? ['No version is pinned: each process uses its own.']
      : [
          `Pinned since ${pinned.since} by ${pinned.by ?? '-'}: ${pinned.reason}. Before: ${pinned.previous ?? 'none'}.`,
        ]),
    ...missing.map(
      (process) => `${process} does not have the pinned version and reads on with its last one.`,
    ),
  ];
}
