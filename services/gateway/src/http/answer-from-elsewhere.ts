import type { FastifyReply, FastifyRequest } from 'fastify';
import { elsewhereOf, hopsHeader } from '../core/region.ts';
import { tenantHolderOf } from './access.ts';
import type { EncodedForm } from './encode-form.ts';
import type { GatewayParts } from './parts.ts';

/**
 * Answers a submission that belongs to another region, as the tenant has set it: with a redirect, or with what the gateway
 * there answers. False: it belongs here.
 *
 * @throws FailureError `REGION_MISMATCH`, or `SERVICE_UNAVAILABLE` when the other gateway gives no answer
 */
export async function answerFromElsewhere(
  { regions }: Pick<GatewayParts, 'regions'>,
  call: {
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
    /** That the submission names. */
    readonly region: unknown;
    readonly form: () => EncodedForm;
    readonly signal: AbortSignal;
  },
): Promise<boolean> {
  const { request, reply, region, form, signal } = call;
  const { tenantId } = tenantHolderOf(request);
  const { region: ofTenant, regionRouting: routing } = regions.policiesOf(tenantId);
  const hops = textOf(request.headers[hopsHeader]);
  const facts = { named: region, ofTenant, routing, hops };
  const elsewhere = elsewhereOf({ ...facts, own: regions.own, regions: regions.others });
  if (elsewhere === undefined) return false;
  const { how, baseUrl } = elsewhere;
  if (how === 'redirect') {
    void reply.redirect(`${baseUrl}${request.url}`, 307);
    return true;
  }
  const { contentType, body } = form();
  const answer = await regions.passOn(baseUrl, {
    path: request.url,
    authorization: request.headers.authorization,
    idempotencyKey: textOf(request.headers['idempotency-key']),
    contentType,
    body,
    signal,
  });
  void reply.status(answer.status).headers(answer.headers).send(answer.body);
  return true;
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
