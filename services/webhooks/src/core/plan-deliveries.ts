import { deliveryIdOf } from '@docfleet/domain';
import { callbackReceiver, wantsEvent } from '@docfleet/webhook-rules';
import type { WebhookEvent } from './webhook-event.ts';

/** An endpoint as far as it decides what it gets. */
export interface PlannedEndpoint {
  readonly endpointId: string;
  readonly tenantId: string;
  readonly filters: readonly string[];
  readonly createdAt: number;
}

/** Times for which deliveries are tried, in milliseconds. */
export interface DeliveryTimes {
  readonly endpointMs: number;
  readonly callbackMs: number;
}

/**
 * The deliveries of an event: one to each endpoint of its tenant that asks for it and existed when it happened, and one to
 * the callback of its run.
 */
export function planDeliveries(
  event: WebhookEvent,
  endpoints: readonly PlannedEndpoint[],
  times: DeliveryTimes,
) {
  const { eventId, tenantId, type, subject, position, body, callbackUrl } = event;
  const to = (receiver: string, url: string | null, expiresInMs: number) => ({
    deliveryId: deliveryIdOf(receiver, eventId),
    ...{ tenantId, receiver, url, type, subject, position, body, expiresInMs },
  });
  return [
    ...endpoints
      .filter(
        (endpoint) =>
          endpoint.tenantId === tenantId &&
          endpoint.createdAt <= event.at &&
          wantsEvent(endpoint.filters, type),
      )
      .map(({ endpointId }) => to(endpointId, null, times.endpointMs)),
    ...(callbackUrl === null ? [] : [to(callbackReceiver(tenantId), callbackUrl, times.callbackMs)]),
  ];
}
