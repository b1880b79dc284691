import { setTimeout as pause } from 'node:timers/promises';
import { TcpProxy } from '@docfleet/chaos';
import type { V1Pod } from '@kubernetes/client-node';
import type { ClusterApi } from '../node/cluster-api.ts';
import { portsAnnotation } from '../node/images.ts';

export interface GatewayAddress {
  readonly url: string;
  close(): Promise<void>;
}

const isReady = ({ metadata, status }: V1Pod): boolean =>
  metadata?.deletionTimestamp === undefined &&
  status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True') === true;

/** One address for the ready pods of the gateway, as its Service has in a cluster: nothing is routed on this machine. */
export async function openGatewayAddress(
  { core }: ClusterApi,
  namespace: string,
  containerPort: number,
): Promise<GatewayAddress> {
  let port = 0;
  const over = new AbortController();
  const follow = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const labelSelector = 'app.kubernetes.io/component=gateway';
      const pods = await core.listNamespacedPod({ namespace, labelSelector }).catch(() => undefined);
      const annotation = pods?.items.find(isReady)?.metadata?.annotations?.[portsAnnotation];
      const ports = JSON.parse(annotation ?? '{}') as Readonly<Record<string, number>>;
      port = ports[String(containerPort)] ?? port;
      await pause(200, undefined, { signal: over.signal }).catch(() => undefined);
    }
  };
  void follow();
  const proxy = await TcpProxy.open(() => port);
  return {
    url: `http://127.0.0.1:${proxy.port}`,
    close: async () => {
      over.abort();
      await proxy.close();
    },
  };
}
