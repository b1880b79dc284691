import { join } from 'node:path';
import { preloadUrl, tenants, type Rig } from '@docfleet/chaos';
import { stageNames } from '@docfleet/domain';

export interface ChartValuesOptions {
  readonly rig: Rig;
  /** Root of the repository. */
  readonly root: string;
  /** Address of what answers queries of Prometheus. */
  readonly prometheus: string;
}

/** Name of the secret that the tenant shares with the fleet. */
export const tenantSecretName = (tenant: string): string => `tenant-${tenant}`;

/**
 * Values of an installation whose servers are those of the rig: nothing is encrypted on the loopback, and a command takes
 * the place of each image. Each stage has one pod, or two while many documents wait.
 */
export function chartValues({ rig, root, prometheus }: ChartValuesOptions): object {
  const { direct, proxied, settings, mark, control } = rig;
  const scaled = Object.fromEntries(
    ['gateway', ...stageNames].map((name) => [name, { minReplicas: 1, maxReplicas: 2 }]),
  );
  const node = [process.execPath, '--conditions=docfleet-source'];
  const variable = (name: string, value: string | undefined): object => ({ name, value: value ?? '' });
  const extraEnv = [
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    variable('DOCFLEET_CHAOS_RUN', mark),
    // An image brings its models.
    variable('MODELS_DIR', settings['MODELS_DIR']),
  ];
  const development = [
    variable('DEVELOPMENT_API_KEY', direct.apiKey),
    variable('DEVELOPMENT_OPERATOR_KEY', direct.operatorKey),
  ];
  return {
    global: {
      docfleet: {
        topicsPreset: 'local',
        kafka: { brokers: proxied.broker.split(',') },
        scaling: { ...scaled, ledger: { minReplicas: 1, maxReplicas: 1 } },
      },
    },
    image: {
      command: [
        ...node,
        '--import',
        preloadUrl(control.port, '$(POD_NAME)'),
        join(root, 'services/{service}/src/main.ts'),
      ],
    },
    plaintextConnections: 'allow',
    parserSandbox: 'best',
    schemaRegistry: { url: proxied.registry },
    database: { tls: { enabled: false } },
    objectStore: { endpoint: proxied.s3.endpoint, bucket: proxied.s3.bucket, region: proxied.s3.region },
    redis: { enabled: true },
    tenantProof: {
      mode: 'signature',
      keyId: settings['FLEET_PROOF_KEY_ID'],
      publicKeys: [settings['FLEET_PROOF_KEYS']],
      tenantSecrets: tenants.map((tenant) => ({ tenant, secret: tenantSecretName(tenant) })),
    },
    hpa: { enabled: false },
    keda: { enabled: true, prometheus: { address: prometheus } },
    pod: { extraEnv, topologySpread: 'none' },
    services: { gateway: { extraEnv: [...extraEnv, ...development], preStopSeconds: 2 } },
    deploy: { pod: { image: { command: [...node, join(root, 'tools/deploy/src/main.ts')] } } },
    probes: {
      startup: { periodSeconds: 1, failureThreshold: 300 },
      readiness: { periodSeconds: 1 },
      timeoutSeconds: 10,
    },
    rollout: { minReadySeconds: 0 },
  };
}
