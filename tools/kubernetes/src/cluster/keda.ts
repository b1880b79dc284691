import { copyFileSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { anyFreePorts, type Progress } from '@docfleet/stack';
import { parseAllDocuments } from 'yaml';
import { writeKubeconfig } from './kubeconfig.ts';
import type { ControlPlane } from './control-plane.ts';
import type { ClusterProcesses } from './processes.ts';

export const kedaNamespace = 'keda';
const account = 'keda-operator';
const services = ['keda-operator', 'keda-metrics-apiserver', 'keda-admission-webhooks'] as const;

/** KEDA's own manifests that make its account and what the account may do; its Deployments are processes here. */
const rightsFolders = ['rbac', 'metrics-server', 'service_account'] as const;
const rightsKinds = new Set(['ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']);

export interface KedaOptions {
  /** Folder of the build. */
  readonly programs: string;
  readonly controlPlane: ControlPlane;
  readonly processes: ClusterProcesses;
  /** Of its certificates and kubeconfig. */
  readonly folder: string;
  readonly progress: Progress;
}

interface ManifestObject {
  readonly kind?: string;
  readonly webhooks?: readonly WebhookObject[];
}

interface WebhookObject {
  readonly clientConfig: { readonly service: { readonly path: string } };
}

function manifestsIn(file: string): readonly ManifestObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8'))
    .map((each) => each.toJS() as ManifestObject | null)
    .filter((each) => each !== null);
}

function manifestsOf(folder: string): readonly ManifestObject[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
    .flatMap((name) => manifestsIn(join(folder, name)));
}

/** KEDA's webhooks, called at a port of this machine instead of a Service; a refusal counts, and so does their absence. */
export function webhooksAt(object: ManifestObject, port: number, caBundle: string): object {
  return {
    ...object,
    webhooks: (object.webhooks ?? []).map((webhook) => ({
      ...webhook,
      failurePolicy: 'Fail',
      clientConfig: { url: `https://127.0.0.1:${port}${webhook.clientConfig.service.path}`, caBundle },
    })),
  };
}

/** The API of external metrics. The aggregator follows a Service of this type to a port of this machine. */
function metricsApi(port: number, caBundle: string): object[] {
  const name = 'keda-metrics-apiserver';
  const group = 'external.metrics.k8s.io';
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: kedaNamespace },
      spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port }] },
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: `v1beta1.${group}` },
      spec: {
        service: { name, namespace: kedaNamespace, port },
        group,
        version: 'v1beta1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        caBundle,
      },
    },
  ];
}

/** Starts KEDA's operator, adapter and webhooks outside the cluster, each with the rights of KEDA's service account. */
export async function startKeda(options: KedaOptions): Promise<void> {
  const { controlPlane, progress, programs } = options;
  const { kubectl } = controlPlane;
  await progress.step('KEDA: definitions and rights', async () => {
    const crds = join(programs, 'config/crd/bases');
    await kubectl.run(['apply', '--server-side', '-f', crds]);
    await kubectl.run(['wait', '--for=condition=established', 'crd', '--all', '--timeout=60s']);
    await kubectl.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: kedaNamespace } }]);
    const rights = rightsFolders
      .flatMap((name) => manifestsOf(join(programs, 'config', name)))
      .filter(({ kind = '' }) => rightsKinds.has(kind));
    await kubectl.apply(rights);
  });
  await progress.step('KEDA: operator, adapter, webhooks', () => startPrograms(options));
}

async function startPrograms({ programs, controlPlane, processes, folder }: KedaOptions): Promise<void> {
  const { kubectl, server, certificates } = controlPlane;
  const { authority } = certificates;
  mkdirSync(folder, { recursive: true });
  const dnsNames = services.map((name) => `${name}.${kedaNamespace}.svc`);
  const own = await authority.issue('keda', { dnsNames });
  copyFileSync(authority.cert, join(folder, 'ca.crt'));
  copyFileSync(own.cert, join(folder, 'tls.crt'));
  copyFileSync(own.key, join(folder, 'tls.key'));
  const caBundle = readFileSync(authority.cert).toString('base64');
  const token = await kubectl.run(['create', 'token', account, '-n', kedaNamespace, '--duration=24h']);
  const kubeconfig = writeKubeconfig(join(folder, 'kubeconfig'), {
    server,
    authority: authority.cert,
    user: { token: token.trim() },
  });
  const [
    metrics = 0,
    health = 0,
    grpc = 0,
    adapter = 0,
    adapterMetrics = 0,
    webhooks = 0,
    hookMetrics = 0,
    hookHealth = 0,
  ] = await anyFreePorts(8);
  const environment = {
    KUBECONFIG: kubeconfig,
    POD_NAMESPACE: kedaNamespace,
    KEDA_CLUSTER_OBJECT_NAMESPACE: kedaNamespace,
    WATCH_NAMESPACE: '',
  };
  await processes.start({
    name: 'keda-operator',
    file: join(programs, 'keda-operator'),
    arguments: [
      `--metrics-bind-address=127.0.0.1:${metrics}`,
      `--health-probe-bind-address=127.0.0.1:${health}`,
      `--metrics-service-bind-address=127.0.0.1:${grpc}`,
      `--cert-dir=${folder}`,
      '--zap-log-level=info',
      '--zap-encoder=console',
    ],
    environment,
    isReady: () => accepts(grpc),
  });
  await kubectl.apply(metricsApi(adapter, caBundle));
  await processes.start({
    name: 'keda-adapter',
    file: join(programs, 'keda-adapter'),
    arguments: [
      `--secure-port=${adapter}`,
      '--bind-address=127.0.0.1',
      `--cert-dir=${folder}`,
      `--tls-cert-file=${join(folder, 'tls.crt')}`,
      `--tls-private-key-file=${join(folder, 'tls.key')}`,
      `--port=${adapterMetrics}`,
      `--metrics-service-address=localhost:${grpc}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
      `--lister-kubeconfig=${kubeconfig}`,
    ],
    environment,
    isReady: () =>
      kubectl.succeeds([
        ...['wait', '--for=condition=Available', '--timeout=1s'],
        'apiservice/v1beta1.external.metrics.k8s.io',
      ]),
  });
  await processes.start({
    name: 'keda-webhooks',
    file: join(programs, 'keda-webhooks'),
    arguments: [
      `--metrics-bind-address=127.0.0.1:${hookMetrics}`,
      `--health-probe-bind-address=127.0.0.1:${hookHealth}`,
      `--cert-dir=${folder}`,
      `--port=${webhooks}`,
    ],
    environment,
    isReady: () => accepts(webhooks),
  });
  const [hooks] = manifestsIn(join(programs, 'config/webhooks/validation_webhooks.yaml'));
  if (hooks === undefined) throw new Error('KEDA has no manifest of its webhooks.');
  await kubectl.apply([webhooksAt(hooks, webhooks, caBundle)]);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
