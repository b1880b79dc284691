import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigMissing } from './environment.ts';
import { linkMounts, mountsOf, writeVolumes, type VolumeSources } from './volumes.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-volumes-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const sources: VolumeSources = {
  configMap: (name) => (name === 'settings' ? { level: 'info' } : undefined),
  secret: (name) => (name === 'keys' ? { key: 's', other: 't' } : undefined),
  token: (audience) => Promise.resolve(`token for ${audience ?? 'the API server'}`),
};

function podWith(volumes: NonNullable<V1Pod['spec']>['volumes'] & object): V1Pod {
  return { metadata: { name: 'a', uid: '7' }, spec: { containers: [], volumes } };
}

test('secrets, config maps, tokens and fields of the pod become files where the container finds them', async () => {
  const pod = podWith([
    { name: 'scratch', emptyDir: {} },
    { name: 'secret', secret: { secretName: 'keys', items: [{ key: 'key', path: 'own/key.pem' }] } },
    {
      name: 'all',
      projected: {
        sources: [
          { configMap: { name: 'settings' } },
          { serviceAccountToken: { path: 'token' } },
          { downwardAPI: { items: [{ path: 'uid', fieldRef: { fieldPath: 'metadata.uid' } }] } },
        ],
      },
    },
  ]);
  const container = {
    name: 'c',
    volumeMounts: [
      { name: 'scratch', mountPath: '/tmp' },
      { name: 'secret', mountPath: '/run/docfleet/keys' },
      { name: 'all', mountPath: '/run/docfleet/all/' },
    ],
  };
  await writeVolumes(pod, join(folder, 'volumes'), sources);
  linkMounts(container, join(folder, 'root'), join(folder, 'volumes'));
  const found = new Map(
    mountsOf(container, join(folder, 'root')).map((each) => [each.mountPath, each.folder]),
  );
  expect([...found.keys()]).toEqual(['/tmp', '/run/docfleet/keys', '/run/docfleet/all', '/run/docfleet']);
  const read = (path: string): string => readFileSync(join(found.get('/run/docfleet') ?? '', path), 'utf8');
  expect(['keys/own/key.pem', 'all/level', 'all/token', 'all/uid'].map(read)).toEqual([
    's',
    'info',
    'token for the API server',
    '7',
  ]);
});

test.each<[string, Parameters<typeof podWith>[0], string]>([
  ['a secret', [{ name: 'v', secret: { secretName: 'none' } }], 'secret "none" not found'],
  [
    'a key',
    [{ name: 'v', configMap: { name: 'settings', items: [{ key: 'none', path: 'x' }] } }],
    'config map "settings" has no key "none"',
  ],
  [
    'a kind',
    [{ name: 'v', hostPath: { path: '/' } }],
    'volume v is of a kind that the process node does not know',
  ],
])('%s that is missing keeps the pod waiting', async (_, volumes, message) => {
  await expect(writeVolumes(podWith(volumes), folder, sources)).rejects.toThrow(new ConfigMissing(message));
});
