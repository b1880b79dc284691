import {
  ApiException,
  AppsV1Api,
  CoordinationV1Api,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1NodeStatus,
  type V1Pod,
  type V1PodStatus,
} from '@kubernetes/client-node';
import type { VolumeSources } from './volumes.ts';

/** What the node asks of the API server. */
export interface ClusterApi {
  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly coordination: CoordinationV1Api;
}

/** Clients for the cluster of a kubeconfig file. */
export function clusterApi(kubeconfig: string): ClusterApi {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  return {
    config,
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    coordination: config.makeApiClient(CoordinationV1Api),
  };
}

/** Whether the server answered that there is nothing of that name, or that it is another object by now. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiException && (error.code === 404 || error.code === 409);
}

const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

interface PodName {
  readonly name: string;
  readonly namespace: string;
}

export function nameOf(pod: V1Pod): PodName {
  return { name: pod.metadata?.name ?? '', namespace: pod.metadata?.namespace ?? '' };
}

export async function patchStatus({ core }: ClusterApi, pod: V1Pod, status: V1PodStatus): Promise<void> {
  const body = { metadata: { uid: pod.metadata?.uid }, status };
  await core.patchNamespacedPodStatus({ ...nameOf(pod), body }, mergePatch);
}

export async function patchNodeStatus(
  { core }: ClusterApi,
  name: string,
  status: V1NodeStatus,
): Promise<void> {
  await core.patchNodeStatus({ name, body: { status } }, mergePatch);
}

export async function annotate(
  { core }: ClusterApi,
  pod: V1Pod,
  annotations: Readonly<Record<string, string>>,
): Promise<void> {
  await core.patchNamespacedPod({ ...nameOf(pod), body: { metadata: { annotations } } }, mergePatch);
}

/** Removes the pod's object: its processes have ended. */
export async function removePod({ core }: ClusterApi, pod: V1Pod): Promise<void> {
  const body = { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata?.uid ?? '' } };
  await core.deleteNamespacedPod({ ...nameOf(pod), body });
}

/** Reads all config maps and secrets of the namespace. */
export async function readSources({ core }: ClusterApi, pod: V1Pod): Promise<VolumeSources> {
  const { namespace } = nameOf(pod);
  const [maps, secrets] = await Promise.all([
    core.listNamespacedConfigMap({ namespace }),
    core.listNamespacedSecret({ namespace }),
  ]);
  const decoded = (content: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(content).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
    );
  return {
    configMap: (name) => {
      const found = maps.items.find((each) => each.metadata?.name === name);
      return found && { ...found.data };
    },
    secret: (name) => {
      const found = secrets.items.find((each) => each.metadata?.name === name);
      return found && decoded(found.data);
    },
    token: async (audience, expirationSeconds) => {
      const audiences = audience === undefined ? [] : [audience];
      const { status } = await core.createNamespacedServiceAccountToken({
        namespace,
        name: pod.spec?.serviceAccountName ?? 'default',
        body: { spec: { audiences, ...(expirationSeconds !== undefined && { expirationSeconds }) } },
      });
      return status?.token ?? '';
    },
  };
}
