import type { AuditEntry, KeyHolder } from '@docfleet/database';
import { tenantIdText } from './core/tenant-id.ts';
import type { Action } from './core/roles.ts';

/** Actions that read what a document says, or what was made of it. Reading the status of a job is not among them. */
const readsContent: ReadonlySet<Action> = new Set([
  'readContent',
  'readArtifacts',
  'readEvidence',
  'exportLabels',
]);

const changesNothing: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a call leaves a row of the audit log, by its method and the action of its route: every write, and every read of content. */
export function isAudited(method: string, action: Action): boolean {
  return !changesNothing.has(method) || readsContent.has(action);
}

/** Who made a call: the holder of a key, a token or a certificate, or of a signed URL, which is nobody's. */
export type AuditedCaller = Pick<KeyHolder, 'tenantId' | 'identity' | 'address'> & {
  readonly keyId: string | null;
  readonly role: KeyHolder['role'] | 'signed-url';
};

/** A call that is over. */
export interface AuditedCall {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly caller: AuditedCaller;
  readonly method: string;
  /** The route's pattern, such as `/v1/jobs/:runId`. */
  readonly route: string;
  readonly action: Action;
  /** What the path names, by the names of the route. */
  readonly params: Readonly<Record<string, string>>;
  /** The header Location of the answer: what was made. */
  readonly location: string | undefined;
  readonly status: number;
  /** False where the connection ended before the whole answer was sent. */
  readonly complete: boolean;
}

const maxSubjectLength = 200;

/** The row of a call: who, what, when, from where, with which outcome. Query and body are left out, because they have content. */
export function entryOfCall(call: AuditedCall): AuditEntry {
  const { caller, params, location, status, complete } = call;
  const named = Object.values(params).join('/');
  return {
    at: call.at,
    ...actorOf(caller),
    tenantId: caller.tenantId ?? tenantIdText.safeParse(params['tenantId']).data ?? null,
    action: `call.${kebabOf(call.action)}`,
    subject: plainText(named === '' ? (location?.split('/').at(-1) ?? call.route) : named),
    status,
    detail: { method: call.method, route: call.route, ...(complete ? {} : { complete }) },
  };
}

/** The columns that say who acted and from where. */
export function actorOf(
  caller: AuditedCaller,
): Pick<AuditEntry, 'actorKeyId' | 'actorSubject' | 'actorIssuer' | 'actorRole' | 'address'> {
  const { identity } = caller;
  return {
    actorKeyId: identity === undefined ? caller.keyId : null,
    actorSubject: identity?.subject ?? null,
    actorIssuer: identity?.issuer ?? null,
    actorRole: caller.role,
    address: caller.address ?? null,
  };
}

function kebabOf(action: Action): string {
  return action.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Text of a path that any caller may write: the database stores neither U+0000 nor lone surrogates. */
function plainText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, '\u{fffd}')
    .slice(0, maxSubjectLength)
    .toWellFormed();
}
