import {
  deliveryWorkIn,
  webhookEndpointsIn,
  webhookSecretsIn,
  type ClaimedDelivery,
  type DeliveryWork,
  type Session,
  type Settlement,
  type WebhookEndpoints,
  type WebhookSecrets,
} from '@docfleet/database';
import type { Clock } from '@docfleet/domain';
import { BreakerOpenError } from '@docfleet/resilience';
import type { Log } from '@docfleet/telemetry';
import { callbackReceiver, secretOf, type SecretKey } from '@docfleet/webhook-rules';
import type { AttemptLabel, DeliveryMetrics } from './adapters/delivery-metrics.ts';
import { AttemptFailed, type ReceiverBreakers } from './adapters/receiver-breakers.ts';
import type { MessageSender } from './adapters/send-message.ts';
import { judgeAttempt, type Answer, type Pauses, type Verdict } from './core/judge-attempt.ts';

/** What sending reads and writes. */
export interface DeliveryTables {
  readonly work: Pick<DeliveryWork, 'claim' | 'settle' | 'release'>;
  readonly endpoints: Pick<WebhookEndpoints, 'find' | 'disable'>;
  readonly secrets: Pick<WebhookSecrets, 'valid'>;
}

export function deliveryTablesIn(session: Session): DeliveryTables {
  return {
    work: deliveryWorkIn(session),
    endpoints: webhookEndpointsIn(session),
    secrets: webhookSecretsIn(session),
  };
}

export interface DeliverParts {
  readonly tables: DeliveryTables;
  readonly sender: MessageSender;
  readonly breakers: ReceiverBreakers;
  readonly keys: readonly SecretKey[];
  readonly pauses: Pauses;
  readonly endpointTimeoutMs: number;
  readonly callbackTimeoutMs: number;
  /** Pause of a delivery whose receiver is not called now, in milliseconds. */
  readonly restMs: number;
  /** Name of this process, in leases. */
  readonly holder: string;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: DeliveryMetrics;
}

/** Sends a claimed delivery once, and notes how it went. An order to stop gives it back. */
export async function deliver(
  parts: DeliverParts,
  delivery: ClaimedDelivery,
  signal: AbortSignal,
): Promise<void> {
  const { tables, breakers, holder } = parts;
  const { work } = tables;
  const { receiver, tenantId } = delivery;
  const isCallback = receiver === callbackReceiver(tenantId);
  const url = delivery.url ?? (await tables.endpoints.find(receiver))?.url;
  const lease = { deliveryId: delivery.deliveryId, holder };
  if (url === undefined) {
    // Deleted meanwhile: the next look for such deliveries fails it.
    await work.release(lease, 0);
    return;
  }
  const secrets = await secretsOf(parts, receiver);
  // Callbacks of a tenant go to many places: each has a breaker of its own.
  const breaker = breakers.of(isCallback ? `${receiver} ${URL.parse(url)?.origin ?? ''}` : receiver);
  const timeoutMs = isCallback ? parts.callbackTimeoutMs : parts.endpointTimeoutMs;
  try {
    await breaker.run(async (until) => {
      const at = parts.clock.now();
      const { deliveryId: id, body } = delivery;
      const answer = await parts.sender.send({ id, url, body, secrets, timeoutMs }, until);
      const verdict = judgeAttempt(
        answer,
        { ageMs: delivery.ageMs, expiresInMs: delivery.expiresInMs, isCallback },
        { ...parts.pauses, random: parts.random() },
      );
      await note(parts, delivery, { at, answer, verdict });
      if (verdict.state !== 'delivered') throw new AttemptFailed(verdict.problem);
    }, signal);
  } catch (error) {
    if (error instanceof AttemptFailed) return;
    if (!(error instanceof BreakerOpenError) && !signal.aborted) throw error;
    await work.release(lease, signal.aborted ? 0 : parts.restMs * (1 - parts.random() / 2));
  }
}

async function secretsOf({ tables, keys }: DeliverParts, receiver: string): Promise<readonly Buffer[]> {
  const rows = await tables.secrets.valid([receiver]);
  return rows.map((row) => {
    const secret = secretOf(row, keys);
    if (secret === undefined) throw new Error(`WEBHOOK_SECRET_KEYS has no key ${row.keyId}`);
    return secret;
  });
}

async function note(
  { tables, holder, clock, log, metrics }: DeliverParts,
  delivery: ClaimedDelivery,
  attempt: { readonly at: number; readonly answer: Answer; readonly verdict: Verdict },
): Promise<void> {
  const { at, answer, verdict } = attempt;
  const { deliveryId, receiver, tenantId } = delivery;
  const durationMs = Math.max(0, Math.round(clock.now() - at));
  const { problem } = verdict;
  const status = 'status' in answer ? answer.status : null;
  const settlement: Settlement =
    verdict.state === 'pending' ? { state: 'pending', afterMs: verdict.afterMs } : { state: verdict.state };
  const held = await tables.work.settle(
    { deliveryId, holder },
    { at, durationMs, status, problem },
    settlement,
  );
  const own = log.child({ tenant: tenantId });
  metrics.attempt(labelOf(answer), durationMs / 1_000);
  if (!held) {
    own.warn('Delivery took longer than its lease; another process sends it as well', { deliveryId });
    return;
  }
  if (verdict.state !== 'pending') metrics.ended(verdict.state);
  if (verdict.state === 'failed') {
    own.warn('Delivery has failed', { deliveryId, receiver, reason: verdict.problem });
    if (verdict.disable && (await tables.endpoints.disable(receiver, 'gone', clock.now()))) {
      metrics.disabled();
      own.warn('Endpoint has answered 410 and is disabled', { receiver });
    }
  }
}

function labelOf(answer: Answer): AttemptLabel {
  if ('problem' in answer) {
    switch (answer.problem) {
      case 'TIMEOUT':
        return 'timeout';
      case 'ADDRESS_REFUSED':
      case 'URL_REFUSED':
        return 'refused';
      case 'NAME_NOT_FOUND':
      case 'CONNECTION_FAILED':
      case 'TLS_FAILED':
        return 'unreachable';
    }
  }
  const { status } = answer;
  if (status >= 500) return 'server-error';
  if (status >= 400) return 'client-error';
  return status >= 300 ? 'redirect' : 'success';
}
