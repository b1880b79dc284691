import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { ConfigMissing, containerEnvironment, type ConfigSources } from './environment.ts';

const sources: ConfigSources = {
  configMap: (name) => (name === 'settings' ? { level: 'info', region: 'eu' } : undefined),
  secret: (name) => (name === 'keys' ? { key: 's' } : undefined),
};
const pod: V1Pod = {
  metadata: { name: 'a-1', namespace: 'n', labels: { app: 'a' } },
  spec: { containers: [] },
};

function environmentOf(given: Partial<V1Container>): Record<string, string> {
  return containerEnvironment({ pod, container: { name: 'c', ...given }, sources });
}

test('later variables take precedence over earlier ones and may refer to them', () => {
  const environment = environmentOf({
    envFrom: [{ prefix: 'X_', configMapRef: { name: 'settings' } }, { secretRef: { name: 'keys' } }],
    env: [
      { name: 'X_level', value: 'debug' },
      { name: 'BOTH', value: '$(X_level) $(key) $(OTHER)' },
    ],
  });
  expect(environment).toEqual({ X_level: 'debug', X_region: 'eu', key: 's', BOTH: 'debug s $(OTHER)' });
});

test('keys, fields of the pod and resources of the container', () => {
  const environment = environmentOf({
    resources: { limits: { memory: '1Gi' } },
    env: [
      { name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'settings', key: 'level' } } },
      { name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'key' } } },
      { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
      { name: 'MIB', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
    ],
  });
  expect(environment).toEqual({ LEVEL: 'info', KEY: 's', POD: 'a-1', APP: 'a', MIB: '1024' });
});

test.each<[string, Partial<V1Container>, string]>([
  ['config map', { envFrom: [{ configMapRef: { name: 'none' } }] }, 'config map "none" not found'],
  [
    'key',
    { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'none' } } }] },
    'secret "keys" has no key "none"',
  ],
  [
    'field',
    { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'status.phase' } } }] },
    'field status.phase is not known to this node',
  ],
])('a missing %s keeps the pod waiting', (_, given, message) => {
  expect(() => environmentOf(given)).toThrow(new ConfigMissing(message));
});

test('what is optional may be missing', () => {
  const environment = environmentOf({
    envFrom: [{ secretRef: { name: 'none', optional: true } }],
    env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'none', optional: true } } }],
  });
  expect(environment).toEqual({});
});
