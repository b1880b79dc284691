import type { Webhook, WebhookDeliveryWithLog, WebhookWithSecret } from '@docfleet/client';
import { plainText } from '../render/plain-text.ts';

/** A webhook for a person: where it sends what, and whether it does. With a secret: the secret, which is shown once. */
export function renderWebhook(webhook: Webhook | WebhookWithSecret): string {
  const { endpointId, url, eventTypes, description, enabled, disabledReason, disabledAt } = webhook;
  const state = enabled
    ? 'enabled'
    : `disabled ${disabledAt ?? ''}${disabledReason === 'gone' ? ' (it answered 410)' : ''}`;
  const events = eventTypes.length === 0 ? 'all events' : eventTypes.join(' ');
  const line = [endpointId, plainText(url), events, state, plainText(description)]
    .filter((each) => each !== '')
    .join('  ');
  return 'secret' in webhook ? `${line}\n${renderSecret(webhook.secret)}` : line;
}

/** A secret, and that it is shown once. */
export function renderSecret(secret: string): string {
  return `${secret}\nIt is not stored and cannot be shown again.`;
}

type Delivery = Omit<WebhookDeliveryWithLog, 'log'> & Partial<Pick<WebhookDeliveryWithLog, 'log'>>;

/** A delivery for a person; with its attempts, newest first, where they are known. */
export function renderDelivery(delivery: Delivery): string {
  const { deliveryId, createdAt, type, subject, state, problem, attempts, nextAttemptAt } = delivery;
  const tried = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  const next = state === 'pending' && nextAttemptAt !== null ? [`next ${nextAttemptAt}`] : [];
  const line = [
    deliveryId,
    createdAt,
    plainText(type),
    plainText(subject),
    problem === null ? state : `${state} (${problem})`,
    [tried, ...next].join(', '),
  ].join('  ');
  const lines = (delivery.log ?? []).map(({ number, at, durationMs, status, problem: why }) => {
    const answer = why ?? (status === null ? 'no answer' : `HTTP_${status}`);
    return `  ${number}  ${at}  ${answer}  ${durationMs} ms`;
  });
  return [line, ...lines].join('\n');
}
