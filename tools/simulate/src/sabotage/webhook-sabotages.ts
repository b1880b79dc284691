import type { Edit, Sabotage } from './sabotage.ts';

const webhooks = (file: string, find: string, replace: string): Edit => ({
  file: `services/webhooks/src/${file}`,
  find,
  replace,
});

const simulated = (name: string, edit: Edit): Sabotage => ({
  name,
  edits: [edit],
  tests: ['services/webhooks/test/simulated-deliveries'],
});

/** Guards of deliveries that the simulation of processes and receivers notices. */
export const webhookSabotages: readonly Sabotage[] = [
  simulated(
    'take a failure of a receiver for a success',
    webhooks('core/judge-attempt.ts', 'status >= 200 && status < 300', 'status >= 200'),
  ),
  simulated(
    'give a delivery up at its first failure',
    webhooks('core/judge-attempt.ts', 'if (afterMs >= delivery.expiresInMs)', 'if (afterMs >= 0)'),
  ),
  simulated(
    'name a message anew at every attempt',
    webhooks(
      'deliver.ts',
      'const { deliveryId: id, body } = delivery;',
      'const { body } = delivery;\n      const id = `${delivery.deliveryId} ${delivery.attempts}`;',
    ),
  ),
  simulated(
    'count a delivery as being sent after it was sent',
    webhooks('delivery-loop.ts', '        sending.delete(deliveryId);\n', ''),
  ),
  simulated(
    'end the loop of deliveries when the database is away',
    webhooks('delivery-loop.ts', 'await sleep(clock, pauseMs, stopping).catch(() => undefined);', 'return;'),
  ),
  simulated(
    'store deliveries under an id of their own',
    webhooks(
      'core/plan-deliveries.ts',
      'deliveryIdOf(receiver, eventId)',
      'deliveryIdOf(receiver, `${eventId} ${event.at}`)',
    ),
  ),
];
