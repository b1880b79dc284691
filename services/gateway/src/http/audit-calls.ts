import type { FastifyReply, FastifyRequest } from 'fastify';
import { wasNoted } from '../audit-note.ts';
import { entryOfCall, isAudited, type AuditedCaller } from '../audited-call.ts';
import type { Action } from '../core/roles.ts';
import type { GatewayParts } from './parts.ts';

type AuditParts = Pick<GatewayParts, 'callLog' | 'clock'>;

/**
 * Has the call leave a row of the audit log where its method and action ask for one. Called once it is known who
 * calls, before the role is judged: what is refused is told, too.
 *
 * @throws FailureError `AUDIT_UNAVAILABLE`
 */
export function auditCall(parts: AuditParts, call: KnownCall): void {
  if (isAudited(call.request.method, call.action)) leaveRow(parts, call);
}

/**
 * The same for an answer that has content, of a route whose other answers have none.
 *
 * @throws FailureError `AUDIT_UNAVAILABLE`; nothing of the content may be sent then
 */
export function auditContent(parts: AuditParts, request: FastifyRequest, reply: FastifyReply): void {
  const { action } = request.routeOptions.config;
  if (request.holder === null || action === undefined || isAudited(request.method, action)) return;
  leaveRow(parts, { request, reply, caller: request.holder, action });
}

/**
 * The same for an artifact that is read by a signed URL: whose URL it is, and from where it is read, is known, and not by whom.
 *
 * @throws FailureError `AUDIT_UNAVAILABLE`; nothing of the artifact may be sent then
 */
export function auditLink(
  parts: AuditParts,
  call: Pick<KnownCall, 'request' | 'reply'>,
  { tenantId, runId, name }: { readonly tenantId: string; readonly runId: string; readonly name: string },
): void {
  const caller = { tenantId, keyId: null, role: 'signed-url', address: call.request.ip } as const;
  leaveRow(parts, { ...call, caller, action: 'readArtifacts', params: { runId, name } });
}

interface KnownCall {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly caller: AuditedCaller;
  readonly action: Action;
  /** What the call is about; default: what its path names. */
  readonly params?: Readonly<Record<string, string>>;
}

function leaveRow({ callLog, clock }: AuditParts, call: KnownCall): void {
  const { request, reply, caller, action, params = request.params as Record<string, string> } = call;
  const row = callLog.reserve();
  // Also when the connection breaks: part of the answer may have been read by then.
  reply.raw.once('close', () => {
    const { statusCode: status } = reply.raw;
    // The row that was written in the transaction of the change says the same, and more.
    if (status < 400 && wasNoted(caller)) {
      row.settle(undefined);
      return;
    }
    const location = reply.getHeader('location');
    row.settle(
      entryOfCall({
        at: clock.now(),
        caller,
        method: request.method,
        route: request.routeOptions.url ?? '',
        action,
        params,
        location: typeof location === 'string' ? location : undefined,
        status,
        complete: reply.raw.writableFinished,
      }),
    );
  });
}
