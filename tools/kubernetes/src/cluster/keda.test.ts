import { expect, test } from 'vitest';
import { webhooksAt } from './keda.ts';

test('webhooks are called at a port of this machine, and their absence is a refusal', () => {
  const webhook = {
    name: 'vscaledobject.kb.io',
    failurePolicy: 'Ignore',
    clientConfig: { service: { name: 'keda-admission-webhooks', namespace: 'keda', path: '/validate' } },
  };
  expect(webhooksAt({ kind: 'ValidatingWebhookConfiguration', webhooks: [webhook] }, 9443, 'CA')).toEqual({
    kind: 'ValidatingWebhookConfiguration',
    webhooks: [
      {
        name: 'vscaledobject.kb.io',
        failurePolicy: 'Fail',
        clientConfig: { url: 'https://127.0.0.1:9443/validate', caBundle: 'CA' },
      },
    ],
  });
});
