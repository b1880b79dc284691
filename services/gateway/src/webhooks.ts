import { randomUUID } from 'node:crypto';
import {
  webhookDeliveriesIn,
  webhookEndpointsIn,
  webhookSecretsIn,
  type DeliveryFilter,
  type DeliveryState,
  type Session,
  type WebhookAttempt,
  type WebhookDelivery,
  type WebhookEndpoint,
  type WebhookEndpointChange,
  type KeyHolder,
} from '@docfleet/database';
import { FailureError, isoOf, type Clock } from '@docfleet/domain';
import {
  callbackReceiver,
  secretOf,
  secretText,
  testEventType,
  urlProblem,
  type EgressRule,
  type SecretKey,
} from '@docfleet/webhook-rules';
import type { AsCaller } from './adapters/caller-session.ts';
import { noteChange, type ChangeNote } from './audit-note.ts';
import { found } from './core/found.ts';
import { InvalidRequest } from './core/problem.ts';

/** A caller with a tenant. */
export type TenantCaller = KeyHolder & { readonly tenantId: string };

export interface NewWebhook {
  readonly url: string;
  readonly description: string;
  readonly filters: readonly string[];
}

/** An endpoint with the secret that was made now: the only time that it is known. */
export interface WebhookWithSecret {
  readonly endpoint: WebhookEndpoint;
  readonly secret: string;
}

export interface ReplayRequest {
  readonly since: number;
  readonly until: number;
  readonly state: Exclude<DeliveryState, 'pending'> | undefined;
}

/**
 * Webhooks of a tenant: its endpoints, their secrets, and what is delivered to them. The service `webhooks` sends.
 * Every change writes a row of `audit` in its transaction.
 */
export interface Webhooks {
  list(caller: TenantCaller): Promise<readonly WebhookEndpoint[]>;
  /** @throws FailureError `NOT_FOUND`, also for one of another tenant; so do all methods that name one */
  find(caller: TenantCaller, endpointId: string): Promise<WebhookEndpoint>;
  /** @throws InvalidRequest for an address that nothing may be sent to; FailureError `LIMIT_REACHED` */
  create(caller: TenantCaller, webhook: NewWebhook): Promise<WebhookWithSecret>;
  /** @throws InvalidRequest as above */
  change(caller: TenantCaller, endpointId: string, change: WebhookEndpointChange): Promise<WebhookEndpoint>;
  /** What is not delivered yet fails. */
  delete(caller: TenantCaller, endpointId: string): Promise<WebhookEndpoint>;
  /** A new secret; messages are signed with the former one as well for `graceMs`. */
  rotate(caller: TenantCaller, endpointId: string, graceMs: number): Promise<WebhookWithSecret>;
  /** Likewise for callbacks of the tenant's jobs, which are not signed before there is a secret. */
  rotateCallbackSecret(caller: TenantCaller, graceMs: number): Promise<string>;
  /** Sends a message without meaning, also to a disabled endpoint. */
  test(caller: TenantCaller, endpointId: string): Promise<WebhookDelivery>;
  deliveries(
    caller: TenantCaller,
    filter: Omit<DeliveryFilter, 'tenantId' | 'receiver'> & { readonly endpointId: string | undefined },
  ): Promise<readonly WebhookDelivery[]>;
  delivery(
    caller: TenantCaller,
    deliveryId: string,
  ): Promise<{ readonly delivery: WebhookDelivery; readonly attempts: readonly WebhookAttempt[] }>;
  /** Sends one again; one that is pending stays as it is. */
  replay(caller: TenantCaller, deliveryId: string): Promise<WebhookDelivery>;
  /** Sends those again that were stored within a time, oldest first, a bounded number; `next`: where to go on. */
  replayRange(
    caller: TenantCaller,
    endpointId: string,
    range: ReplayRequest,
  ): Promise<{ readonly replayed: number; readonly next: number | null }>;
}

export interface WebhooksOptions {
  readonly asCaller: AsCaller;
  readonly clock: Clock;
  /** The first one makes new secrets. */
  readonly keys: readonly SecretKey[];
  readonly rule: EgressRule;
  /** Endpoints of a tenant at most. */
  readonly maxEndpoints: number;
  /** Times for which deliveries are tried, in milliseconds. */
  readonly endpointExpiryMs: number;
  readonly callbackExpiryMs: number;
}

/** Time for which a test is tried, in milliseconds. */
const testExpiryMs = 600_000;

/** Deliveries that one call replays at most. */
const maxReplayed = 1_000;

/** What stands for callbacks where an endpoint is named. */
const callbacks = 'callbacks';

export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { asCaller, clock, rule, maxEndpoints, endpointExpiryMs, callbackExpiryMs } = options;
  const endpointIn = async (session: Session, endpointId: string): Promise<WebhookEndpoint> =>
    found(await webhookEndpointsIn(session).find(endpointId));
  const note = (session: Session, caller: TenantCaller, what: Omit<ChangeNote, 'tenantId'>) =>
    noteChange(session, caller, clock.now(), { ...what, tenantId: caller.tenantId });
  const check = (url: string | undefined): void => {
    const problem = url === undefined ? undefined : urlProblem(url, rule);
    if (problem !== undefined) throw new InvalidRequest([{ path: 'url', message: problem }]);
  };

  return {
    list: (caller) =>
      asCaller(caller, (session) => webhookEndpointsIn(session).list(caller.tenantId, maxEndpoints)),
    find: (caller, endpointId) => asCaller(caller, (session) => endpointIn(session, endpointId)),
    create: async (caller, webhook) => {
      check(webhook.url);
      const { tenantId, keyId: by } = caller;
      const endpointId = randomUUID();
      return asCaller(caller, async (session) => {
        const endpoints = webhookEndpointsIn(session);
        // Two calls at once must not pass the limit together.
        await webhookSecretsIn(session).lock(callbackReceiver(tenantId));
        if ((await endpoints.list(tenantId, maxEndpoints)).length >= maxEndpoints) {
          throw new FailureError('LIMIT_REACHED', { limit: maxEndpoints });
        }
        await endpoints.add({ ...webhook, endpointId, tenantId, at: clock.now(), by });
        const secret = await makeSecret(session, options, { tenantId, receiver: endpointId, graceMs: 0 });
        await note(session, caller, {
          action: 'webhook.create',
          subject: endpointId,
          detail: addressOf(webhook.url),
        });
        return { endpoint: await endpointIn(session, endpointId), secret };
      });
    },
    change: async (caller, endpointId, change) => {
      check(change.url);
      return asCaller(caller, async (session) => {
        await endpointIn(session, endpointId);
        await webhookEndpointsIn(session).change(endpointId, { ...change, at: clock.now() });
        await note(session, caller, {
          action: 'webhook.update',
          subject: endpointId,
          detail: {
            changed: Object.keys(change).join(', '),
            ...(change.url !== undefined && addressOf(change.url)),
          },
        });
        return endpointIn(session, endpointId);
      });
    },
    delete: (caller, endpointId) =>
      asCaller(caller, async (session) => {
        const endpoint = await endpointIn(session, endpointId);
        await webhookEndpointsIn(session).delete(endpointId, clock.now());
        await note(session, caller, { action: 'webhook.delete', subject: endpointId });
        return endpoint;
      }),
    rotate: (caller, endpointId, graceMs) =>
      asCaller(caller, async (session) => {
        const endpoint = await endpointIn(session, endpointId);
        const { tenantId } = caller;
        const secret = await makeSecret(session, options, { tenantId, receiver: endpointId, graceMs });
        await note(session, caller, { action: 'webhook.rotate', subject: endpointId, detail: { graceMs } });
        return { endpoint, secret };
      }),
    rotateCallbackSecret: (caller, graceMs) =>
      asCaller(caller, async (session) => {
        const { tenantId } = caller;
        const receiver = callbackReceiver(tenantId);
        const secret = await makeSecret(session, options, { tenantId, receiver, graceMs });
        await note(session, caller, { action: 'webhook.rotate', subject: callbacks, detail: { graceMs } });
        return secret;
      }),
    test: (caller, endpointId) =>
      asCaller(caller, async (session) => {
        await endpointIn(session, endpointId);
        const { tenantId } = caller;
        const deliveryId = randomUUID();
        const at = isoOf(clock.now());
        await webhookDeliveriesIn(session).add([
          {
            deliveryId,
            tenantId,
            receiver: endpointId,
            url: null,
            type: testEventType,
            subject: deliveryId,
            position: 0n,
            body: JSON.stringify({ type: testEventType, timestamp: at, data: { tenantId, endpointId } }),
            expiresInMs: testExpiryMs,
          },
        ]);
        await note(session, caller, { action: 'webhook.test', subject: endpointId, detail: { deliveryId } });
        return found(await webhookDeliveriesIn(session).find(deliveryId));
      }),
    deliveries: (caller, { endpointId, ...filter }) => {
      const { tenantId } = caller;
      const receiver = endpointId === callbacks ? callbackReceiver(tenantId) : endpointId;
      return asCaller(caller, (session) =>
        webhookDeliveriesIn(session).list({ ...filter, tenantId, receiver }),
      );
    },
    delivery: (caller, deliveryId) =>
      asCaller(caller, async (session) => {
        const deliveries = webhookDeliveriesIn(session);
        const delivery = found(await deliveries.find(deliveryId));
        return { delivery, attempts: await deliveries.attempts(deliveryId) };
      }),
    replay: (caller, deliveryId) =>
      asCaller(caller, async (session) => {
        const deliveries = webhookDeliveriesIn(session);
        const { receiver } = found(await deliveries.find(deliveryId));
        const isCallback = receiver === callbackReceiver(caller.tenantId);
        // One of an endpoint that was deleted can never be sent.
        if (!isCallback) await endpointIn(session, receiver);
        const expiresInMs = isCallback ? callbackExpiryMs : endpointExpiryMs;
        if (await deliveries.replay(deliveryId, expiresInMs)) {
          await note(session, caller, { action: 'webhook.replay', subject: deliveryId });
        }
        return found(await deliveries.find(deliveryId));
      }),
    replayRange: (caller, endpointId, range) =>
      asCaller(caller, async (session) => {
        await endpointIn(session, endpointId);
        const { tenantId } = caller;
        const deliveries = webhookDeliveriesIn(session);
        const asked = {
          ...range,
          tenantId,
          receiver: endpointId,
          limit: maxReplayed,
          expiresInMs: endpointExpiryMs,
        };
        const replayed = await deliveries.replayRange(asked);
        const next = replayed < maxReplayed ? undefined : await deliveries.firstLeft(asked);
        const detail = { replayed, since: isoOf(range.since), until: isoOf(range.until) };
        await note(session, caller, { action: 'webhook.replay', subject: endpointId, detail });
        return { replayed, next: next ?? null };
      }),
  };
}

/** Adds a current secret and gives it as receivers keep it. */
async function makeSecret(
  session: Session,
  { clock, keys }: WebhooksOptions,
  of: { readonly tenantId: string; readonly receiver: string; readonly graceMs: number },
): Promise<string> {
  const { tenantId, receiver, graceMs } = of;
  const [key] = keys;
  const source = { secretId: randomUUID(), tenantId, keyId: key?.id ?? '' };
  const secret = secretOf(source, keys);
  if (secret === undefined) throw new Error('WEBHOOK_SECRET_KEYS has no key');
  const secrets = webhookSecretsIn(session);
  await secrets.lock(receiver);
  await secrets.rotate({ ...source, receiver, at: clock.now(), graceMs });
  return secretText(secret);
}

/** Where something is sent to, for the audit log: paths and queries may hold what only their owner should read. */
function addressOf(url: string): { readonly origin: string } {
  return { origin: new URL(url).origin };
}
