import { join } from 'node:path';

/** Namespace of the process node's own test. */
export const httpNamespace = 'node-test';

/** Image of the program of test pods. */
export const httpImage = 'test/http-program';

const labels = { app: 'http' };

const getOf = (path: string): object => ({
  httpGet: { path, port: 'http' },
  periodSeconds: 1,
  timeoutSeconds: 5,
});

/** A Deployment of the HTTP program with everything that the process node resolves, and a budget of one missing pod. */
export function httpObjects(replicas: number): object[] {
  const metadata = { name: 'http', namespace: httpNamespace };
  const container = {
    name: 'http',
    image: httpImage,
    args: ['$(GREETING), $$(world)'],
    ports: [{ name: 'http', containerPort: 8080 }],
    env: [
      { name: 'GREETING', valueFrom: { configMapKeyRef: { name: 'http', key: 'greeting' } } },
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'CPUS', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1m' } } },
      { name: 'CONFIG_FILE', value: '/etc/http/file.txt' },
    ],
    envFrom: [{ secretRef: { name: 'http' } }],
    resources: { limits: { cpu: '250m', memory: '64Mi' } },
    volumeMounts: [{ name: 'config', mountPath: '/etc/http' }],
    startupProbe: { ...getOf('/health'), failureThreshold: 120 },
    readinessProbe: getOf('/health'),
    livenessProbe: { ...getOf('/health'), failureThreshold: 2 },
    lifecycle: { preStop: { httpGet: { path: '/pre-stop', port: 'http' } } },
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: httpNamespace } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { greeting: 'hello', 'file.txt': 'content' } },
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { PASSWORD: 'of-the-test' } },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            terminationGracePeriodSeconds: 20,
            volumes: [{ name: 'config', configMap: { name: 'http' } }],
            containers: [container],
          },
        },
      },
    },
  ];
}

/** A Job whose pod ends by itself. */
export function httpJob(): object {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'ending', namespace: httpNamespace },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          containers: [{ name: 'ending', image: httpImage, args: ['sleep', '100'] }],
        },
      },
    },
  };
}

/** The program of the image, below the root of the repository. */
export function httpProgram(root: string): string {
  return join(root, 'tools/kubernetes/resources/http-program.mjs');
}
