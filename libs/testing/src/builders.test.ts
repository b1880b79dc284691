import { localCodec } from '@docfleet/contracts';
import { expect, it } from 'vitest';
import { integrationTask, pageReading, runContext, validationTask } from './builders.ts';

it('derives dependent fields from the given ones', () => {
  const acceptedAt = Date.UTC(2026, 4, 3, 12);
  const context = runContext({ tenantId: 'other', requestId: 'r', acceptedAt });
  expect(context.claimDate).toBe('2026-05-03');
  expect(context.expiresAt - acceptedAt).toBe(86_400_000);
  expect(context.runId).not.toBe(runContext().runId);
});

it('builds tasks that can be encoded and decoded', async () => {
  const codec = localCodec();
  const validation = await codec.encode('validation.tasks.normal', validationTask());
  const integration = await codec.encode('integration.tasks.urgent', integrationTask());
  expect([
    await codec.decode('validation.tasks.normal', validation),
    await codec.decode('integration.tasks.urgent', integration),
  ]).toEqual([validationTask(), integrationTask()]);
});

it('places words at their characters', () => {
  expect(pageReading(['Total  12.00']).lines).toEqual([
    {
      text: 'Total  12.00',
      box: [100, 100, 220, 130],
      confidence: 0.99,
      words: [
        { text: 'Total', box: [100, 100, 150, 130], confidence: 0.99 },
        { text: '12.00', box: [170, 100, 220, 130], confidence: 0.99 },
      ],
    },
  ]);
});
