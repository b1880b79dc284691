import { expect, test } from 'vitest';
import { cloudEventHeaders } from './cloud-event.ts';

test('a terminal event has the attributes that CloudEvents 1.0 requires, and subject and time', () => {
  const outcome = { runId: 'r', outcomeId: 'o', claimedAt: Date.parse('2026-01-31T09:30:00.000Z') };
  expect(cloudEventHeaders('documents.failed', outcome)).toEqual({
    ce_specversion: '1.0',
    ce_id: 'o',
    ce_source: '/docfleet',
    ce_type: 'docfleet.document.failed',
    ce_subject: 'r',
    ce_time: '2026-01-31T09:30:00.000Z',
    'content-type': 'application/avro',
  });
  expect(cloudEventHeaders('documents.completed', outcome)['ce_type']).toBe('docfleet.document.completed');
});
