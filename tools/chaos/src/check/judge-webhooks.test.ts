import { expect, it } from 'vitest';
import type { TerminalEvent, WebhookMessage } from './facts.ts';
import { judgeWebhooks } from './judge-webhooks.ts';

const terminal = (revision: number, status: string): TerminalEvent => ({
  ...{ position: `documents.completed/0/${revision}`, tenantId: 't', runId: 'x', revision, outcomeId: 'o' },
  ...{ status, code: null, verdict: null, fields: [], bundleUri: '', digest: '' },
});

const first: WebhookMessage = {
  ...{ tenant: 't', id: 'm1', type: 'document.failed', subject: 'x', revision: 1, taken: true },
};
const second: WebhookMessage = { ...first, id: 'm2', type: 'document.completed', revision: 2 };
const ofBatch: WebhookMessage = { ...first, id: 'm3', type: 'batch.failed', subject: 'b' };

const batchEnd = { tenant: 't', type: 'batch.failed', subject: 'b', revision: 1 };

const judged = (messages: readonly WebhookMessage[], listening = ['t']): readonly string[] =>
  judgeWebhooks(
    { terminal: [terminal(1, 'failed'), terminal(2, 'completed')], tenantEvents: [batchEnd], messages },
    { listening: new Set(listening) },
  ).map(({ detail }) => detail);

it('A-05: has nothing against events that were refused, told again and told in their order', () => {
  expect(judged([{ ...first, taken: false }, ofBatch, first, first, second])).toEqual([]);
  expect(judged([], [])).toEqual([]);
});

it('A-05: detects an event that was never taken', () => {
  expect(judged([first, second])).toEqual([
    'batch.failed of b revision 1 to t was never delivered (0 attempts)',
  ]);
  expect(judged([first, ofBatch, { ...second, taken: false }])).toEqual([
    'document.completed of x revision 2 to t was never delivered (1 attempts)',
  ]);
});

it('A-05: detects an event that is told to another tenant, or never was', () => {
  expect(judged([first, second, ofBatch, { ...ofBatch, id: 'm4', tenant: 'u' }])).toEqual([
    'batch.failed of b revision 1 to u never was',
  ]);
});

it('A-05: detects an event under several ids, and an id of several events', () => {
  expect(judged([first, { ...first, id: 'm4' }, second, ofBatch])).toEqual([
    'document.failed of x revision 1 to t has several ids',
  ]);
  expect(judged([first, { ...second, id: 'm1' }, ofBatch])).toEqual(['several events have the id m1']);
});

it('A-05: detects events of a document that come out of order', () => {
  expect(judged([second, first, ofBatch])).toEqual(['x to t arrived in the order 2, 1']);
  expect(judged([first, second, first, ofBatch])).toEqual(['x to t arrived in the order 1, 2, 1']);
});
