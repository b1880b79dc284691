import type { NewSetAsideRecord } from '@docfleet/contracts';
import type { DeliveryBacklog } from '@docfleet/database';
import type { Log, Metrics } from '@docfleet/telemetry';

/** Results of attempts, as a metric label: those that have a number say its class only. */
export const attemptResults = [
  'success',
  'redirect',
  'client-error',
  'server-error',
  'timeout',
  'refused',
  'unreachable',
] as const;
export type AttemptLabel = (typeof attemptResults)[number];

export interface DeliveryMetrics {
  attempt(label: AttemptLabel, seconds: number): void;
  ended(state: 'delivered' | 'failed', count?: number): void;
  sending(count: number): void;
  openBreakers(count: number): void;
  backlog(backlog: DeliveryBacklog): void;
  disabled(): void;
  setAside(records: readonly NewSetAsideRecord[]): void;
  waitingSetAside(count: number): void;
  oldestUnread(seconds: number): void;
}

export function exportDeliveries(metrics: Metrics, log: Log): DeliveryMetrics {
  const attempts = metrics.histogram({
    name: 'docfleet_webhook_attempt_duration_seconds',
    help: 'Time from the begin of an attempt to its answer, by result.',
    labels: ['result'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30],
  });
  for (const result of attemptResults) attempts.start({ result });
  const ended = metrics.counter(
    'docfleet_webhook_deliveries_total',
    'Deliveries that have ended, by state: delivered or failed.',
    ['state'],
  );
  for (const state of ['delivered', 'failed']) ended.inc({ state }, 0);
  const sending = metrics.gauge('docfleet_webhook_sending', 'Deliveries that this process is sending.');
  const open = metrics.gauge(
    'docfleet_webhook_open_breakers',
    'Receivers that this process does not call for a while, because they fail.',
  );
  const pending = metrics.gauge('docfleet_webhook_pending', 'Deliveries that are not delivered yet.');
  const oldest = metrics.gauge(
    'docfleet_webhook_oldest_pending_seconds',
    'Age of the oldest delivery that is not delivered yet.',
  );
  const overdue = metrics.gauge(
    'docfleet_webhook_overdue_seconds',
    'How long the delivery is overdue that waits longest for this service, and not for its receiver.',
  );
  const disabled = metrics.counter(
    'docfleet_webhook_endpoints_gone_total',
    'Endpoints that were disabled, because they answered 410.',
  );
  const setAside = metrics.counter(
    'docfleet_webhook_set_aside_total',
    'Records that can never be stored as deliveries and that were set aside.',
    ['topic', 'cause'],
  );
  const waiting = metrics.gauge(
    'docfleet_webhook_set_aside_records',
    'Records that webhooks have set aside and that were not redriven.',
  );
  const unread = metrics.gauge(
    'docfleet_webhook_oldest_unread_seconds',
    'How long the oldest terminal event waits to be stored as deliveries.',
  );
  return {
    attempt: (result, seconds) => {
      attempts.observe({ result }, seconds);
    },
    ended: (state, count = 1) => {
      ended.inc({ state }, count);
    },
    sending: (count) => {
      sending.set({}, count);
    },
    openBreakers: (count) => {
      open.set({}, count);
    },
    backlog: (backlog) => {
      pending.set({}, backlog.pending);
      oldest.set({}, backlog.oldestPendingSeconds);
      overdue.set({}, backlog.overdueSeconds);
    },
    disabled: () => {
      disabled.inc({});
    },
    setAside: (records) => {
      for (const { topic, partition, offset, runId, cause, message } of records) {
        setAside.inc({ topic, cause });
        log
          .child({ runId: runId ?? undefined })
          .error(
            'Record can never be stored as deliveries and was set aside; mend the cause, then redrive it with npm run operate -- set-aside redrive',
            undefined,
            { topic, partition, offset: String(offset), cause, reason: message },
          );
      }
    },
    waitingSetAside: (count) => {
      waiting.set({}, count);
    },
    oldestUnread: (seconds) => {
      unread.set({}, seconds);
    },
  };
}
