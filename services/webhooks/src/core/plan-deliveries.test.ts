import { failedEvent, completedEvent } from '../../test/endings.ts';
import { describe, expect, it } from 'vitest';
import { planDeliveries, type PlannedEndpoint } from './plan-deliveries.ts';
import { eventOfEnd, eventOfTenant } from './webhook-event.ts';

const endpoint: PlannedEndpoint = { endpointId: 'e-1', tenantId: 'acme', filters: [], createdAt: 1_000 };
const times = { endpointMs: 10, callbackMs: 20 };
const plan = (end: Parameters<typeof eventOfEnd>[0], endpoints: readonly PlannedEndpoint[]) =>
  planDeliveries(eventOfEnd(end), endpoints, times).map(({ receiver, url, expiresInMs }) => ({
    receiver,
    url,
    expiresInMs,
  }));

describe('planDeliveries', () => {
  it('A-05: an event goes to the endpoints of its tenant that ask for it and existed when it happened', () => {
    const end = completedEvent({ tenantId: 'acme', endedAt: 5_000 });
    expect(
      plan(end, [
        endpoint,
        { ...endpoint, endpointId: 'e-2', filters: ['document.failed'] },
        { ...endpoint, endpointId: 'e-3', tenantId: 'other' },
        { ...endpoint, endpointId: 'e-4', createdAt: 5_001 },
      ]),
    ).toEqual([{ receiver: 'e-1', url: null, expiresInMs: 10 }]);
  });

  it('A-05: the callback of a run goes the same way, also of a failed one', () => {
    const end = failedEvent({ tenantId: 'acme', callbackUrl: 'https://a.example/done' });
    expect(plan(end, [])).toEqual([
      { receiver: 'callback/acme', url: 'https://a.example/done', expiresInMs: 20 },
    ]);
  });

  it('A-05: the same event has the same ids, and another receiver another one', () => {
    const end = completedEvent({ tenantId: 'acme', endedAt: 5_000 });
    const ids = () =>
      planDeliveries(eventOfEnd(end), [endpoint, { ...endpoint, endpointId: 'e-2' }], times).map(
        ({ deliveryId }) => deliveryId,
      );
    expect(ids()).toEqual(ids());
    expect(new Set(ids()).size).toBe(2);
  });
});

describe('eventOfEnd', () => {
  it('A-05: says how a run ended, and nothing of its document', () => {
    const body = JSON.parse(eventOfEnd(completedEvent({})).body) as { readonly data: object };
    expect(Object.keys(body.data)).not.toContain('documents');
    expect(body).toMatchObject({
      type: 'document.completed',
      data: { status: 'completed', verdict: 'approve', failure: null, links: { job: '/v1/jobs/run-1' } },
    });
  });

  it.each(['failed', 'cancelled', 'expired'] as const)('A-05: a run that %s is document.failed', (status) => {
    const event = eventOfEnd(failedEvent({ status }));
    expect(JSON.parse(event.body)).toMatchObject({
      type: 'document.failed',
      data: { status, verdict: null, failure: { code: 'DOC_CORRUPT' } },
    });
  });

  it('A-02: an event of a batch is passed on with its data', () => {
    const event = eventOfTenant({
      id: 7n,
      tenantId: 'acme',
      type: 'batch.completed',
      subject: 'b-1',
      data: { batchId: 'b-1' },
      at: 0,
    });
    expect(event).toMatchObject({ eventId: 'tenant-event/7', position: 7n, subject: 'b-1' });
    expect(JSON.parse(event.body)).toEqual({
      type: 'batch.completed',
      timestamp: '1970-01-01T00:00:00.000Z',
      data: { tenantId: 'acme', batchId: 'b-1' },
    });
  });
});
