import { commands, usageError } from '@docfleet/command-line';
import type { AccessOptions } from './access-arguments.ts';

/** What is wanted of the keys that a tenant signs its records with. */
export type PublicKeysArguments = {
  readonly tenant: string;
  readonly json: boolean;
  readonly yes: boolean;
} & (
  | { readonly kind: 'list' }
  | { readonly kind: 'add'; readonly keyId: string; readonly file: string }
  | { readonly kind: 'revoke'; readonly keyId: string }
);

/** Reads what follows `public-keys`. @throws UsageError */
export function parsePublicKeys(operands: readonly string[], options: AccessOptions): PublicKeysArguments {
  const { tenant, json, yes } = options;
  const [kind, keyId, file, ...more] = operands;
  if (tenant === undefined) throw usageError(commands.operate, 'public-keys needs --tenant');
  const common = { tenant, json, yes };
  if (kind === 'list' && keyId === undefined) return { kind, ...common };
  if (kind === 'revoke' && keyId !== undefined && file === undefined) return { kind, keyId, ...common };
  if (kind === 'add' && keyId !== undefined && file !== undefined && more.length === 0)
    return { kind, keyId, file, ...common };
  throw usageError(commands.operate, 'public-keys does list, add <keyId> <file> or revoke <keyId>');
}
