import { commands, usageError } from '@docfleet/command-line';

/** What is to be erased, or which erasure is to be shown. */
export type EraseArguments = { readonly json: boolean; readonly yes: boolean } & (
  | { readonly kind: 'run'; readonly runId: string }
  | { readonly kind: 'tenant'; readonly tenantId: string }
  | { readonly kind: 'show'; readonly erasureId: string }
);

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads what follows `erase`. @throws UsageError */
export function parseErase(
  operands: readonly string[],
  { json, yes }: { readonly json: boolean; readonly yes: boolean },
): EraseArguments {
  const [kind, id = '', ...more] = operands;
  if (more.length === 0 && id !== '') {
    if (kind === 'tenant') return { kind, tenantId: id, json, yes };
    if (kind === 'run' && uuid.test(id)) return { kind, runId: id.toLowerCase(), json, yes };
    if (kind === 'show' && uuid.test(id)) return { kind, erasureId: id.toLowerCase(), json, yes };
  }
  throw usageError(commands.operate, 'erase does run <runId>, tenant <id> or show <erasureId>');
}
