import { commands, usageError } from '@docfleet/command-line';
import { secondsOf } from '../duration.ts';
import { isFleetRole, roles, type FleetRole, type TenantRole } from '@docfleet/domain';

/** Prints JSON, and whether a change is made or only printed. */
interface Manner {
  readonly json: boolean;
  readonly yes: boolean;
}

/** What is wanted of tenants. */
export type TenantsArguments = Manner &
  (
    | { readonly kind: 'list' }
    | { readonly kind: 'create'; readonly tenantId: string; readonly name: string | undefined }
    | { readonly kind: 'suspend' | 'resume'; readonly tenantId: string }
    | {
        readonly kind: 'sources';
        readonly tenantId: string;
        /** Buckets, or folders of buckets; null: as the fleet is configured. */
        readonly sources: readonly string[] | null;
      }
  );

/** What is wanted of keys; without a tenant, of keys of fleet roles. */
export type KeysArguments = Manner &
  (
    | { readonly kind: 'list'; readonly tenant: string | undefined }
    | ({ readonly kind: 'issue'; readonly name: string | undefined } & IssueScope)
    | {
        readonly kind: 'rotate';
        readonly tenant: string | undefined;
        readonly keyId: string;
        readonly graceSeconds: number;
      }
    | { readonly kind: 'revoke'; readonly tenant: string | undefined; readonly keyId: string }
    | { readonly kind: 'bootstrap'; readonly name: string | undefined }
  );

type IssueScope =
  | { readonly tenant: string; readonly role: TenantRole }
  | { readonly tenant: undefined; readonly role: FleetRole };

export interface AccessOptions extends Manner {
  readonly tenant?: string | undefined;
  readonly role?: string | undefined;
  readonly name?: string | undefined;
  readonly grace?: string | undefined;
}

/** Reads what follows `tenants`. @throws UsageError */
export function parseTenants(operands: readonly string[], options: AccessOptions): TenantsArguments {
  const { json, yes, name } = options;
  const [kind, tenantId, ...more] = operands;
  if (kind === 'list' && tenantId === undefined) return { kind, json, yes };
  if (tenantId !== undefined && kind === 'sources' && more.length > 0) {
    const isDefault = more.length === 1 && more[0] === 'default';
    const sources = isDefault ? null : more.filter((source) => source !== 'none');
    return { kind, tenantId, sources, json, yes };
  }
  if (tenantId !== undefined && more.length === 0) {
    if (kind === 'create') return { kind, tenantId, name, json, yes };
    if (kind === 'suspend' || kind === 'resume') return { kind, tenantId, json, yes };
  }
  throw usageError(
    commands.operate,
    'tenants does list, create <id>, suspend <id>, resume <id>, or sources <id> <bucket>... (default, none)',
  );
}

/** Reads what follows `keys`. @throws UsageError */
export function parseKeys(operands: readonly string[], options: AccessOptions): KeysArguments {
  const { json, yes, tenant, name } = options;
  const [kind, keyId, ...more] = operands;
  if (keyId === undefined) {
    if (kind === 'list') return { kind, tenant, json, yes };
    if (kind === 'issue') return { kind, name, json, yes, ...scopeOf(tenant, options.role) };
    if (kind === 'bootstrap') return { kind, name, json, yes };
  } else if (more.length === 0 && uuid.test(keyId)) {
    if (kind === 'rotate') {
      return { kind, tenant, keyId, graceSeconds: secondsOf('grace', options.grace ?? '24h'), json, yes };
    }
    if (kind === 'revoke') return { kind, tenant, keyId, json, yes };
  }
  throw usageError(commands.operate, 'keys does list, issue, rotate <keyId>, revoke <keyId> or bootstrap');
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function scopeOf(tenant: string | undefined, text: string | undefined): IssueScope {
  const role = roles.find((each) => each === text);
  if (role === undefined) {
    throw usageError(commands.operate, `--role is one of ${roles.join(', ')}, not ${text ?? 'missing'}`);
  }
  if (isFleetRole(role)) {
    if (tenant === undefined) return { tenant, role };
    throw usageError(commands.operate, `the role ${role} belongs to no tenant: leave --tenant out`);
  }
  if (tenant === undefined) throw usageError(commands.operate, `the role ${role} needs --tenant`);
  return { tenant, role };
}
