import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { anyFreePorts, type Progress } from '@docfleet/stack';
import type { ClusterPrograms } from '../build/build-all.ts';
import {
  apiServerArguments,
  controllerManagerArguments,
  etcdArguments,
  kwokArguments,
  schedulerArguments,
  type ClusterPorts,
} from './arguments.ts';
import { createCertificates, type ClusterCertificates } from './certificates.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { Kubectl } from './kubectl.ts';
import type { ClusterProcesses } from './processes.ts';

export interface ControlPlane {
  /** `https://127.0.0.1:port`. */
  readonly server: string;
  readonly certificates: ClusterCertificates;
  /** As an administrator. */
  readonly kubectl: Kubectl;
}

export interface ControlPlaneOptions {
  readonly programs: ClusterPrograms;
  readonly processes: ClusterProcesses;
  /** Of data, certificates and kubeconfigs; emptied first. */
  readonly folder: string;
  /** Seconds between two decisions of a HorizontalPodAutoscaler; a cluster's default is 15. */
  readonly hpaSyncSeconds: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Starts etcd, API server, controller-manager, scheduler and kwok on the loopback. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { programs, processes, folder, hpaSyncSeconds, progress, signal } = options;
  rmSync(folder, { recursive: true, force: true });
  const certificates = await createCertificates(join(folder, 'certificates'));
  const ports = await choosePorts();
  const server = `https://127.0.0.1:${ports.api}`;
  const kubeconfig = writeKubeconfig(join(folder, 'admin.kubeconfig'), {
    server,
    authority: certificates.authority.cert,
    user: { certificate: certificates.admin },
  });
  const kubectl = new Kubectl({ program: programs.kubectl, kubeconfig, signal });
  const isReady = (): Promise<boolean> => kubectl.succeeds(['get', '--raw', '/readyz']);
  await progress.step('etcd and kube-apiserver', async () => {
    await processes.start({
      name: 'etcd',
      file: programs.etcd,
      arguments: etcdArguments(join(folder, 'etcd'), ports),
      isReady: () => true,
    });
    await processes.start({
      name: 'kube-apiserver',
      file: join(programs.kubernetes, 'kube-apiserver'),
      arguments: apiServerArguments(certificates, ports),
      isReady,
    });
  });
  await progress.step('kube-controller-manager, kube-scheduler, kwok', async () => {
    await processes.start({
      name: 'kube-controller-manager',
      file: join(programs.kubernetes, 'kube-controller-manager'),
      arguments: controllerManagerArguments(certificates, {
        kubeconfig,
        port: ports.controllers,
        hpaSyncSeconds,
      }),
      isReady: () => kubectl.succeeds(['get', 'serviceaccount', 'default']),
    });
    await processes.start({
      name: 'kube-scheduler',
      file: join(programs.kubernetes, 'kube-scheduler'),
      arguments: schedulerArguments(kubeconfig, ports.scheduler),
      isReady: () => true,
    });
    const stages = join(programs.kwok, 'stages');
    await processes.start({
      name: 'kwok',
      file: join(programs.kwok, 'kwok'),
      arguments: kwokArguments(
        kubeconfig,
        ports.kwok,
        readdirSync(stages).map((name) => join(stages, name)),
      ),
      isReady: () => true,
    });
  });
  return { server, certificates, kubectl };
}

async function choosePorts(): Promise<ClusterPorts> {
  const [etcd = 0, etcdPeer = 0, api = 0, controllers = 0, scheduler = 0, kwok = 0] = await anyFreePorts(6);
  return { etcd, etcdPeer, api, controllers, scheduler, kwok };
}

/** Taint of nodes whose pods run nothing: only pods that tolerate it go there. */
export const fakeNodeTaint = { key: 'kwok.x-k8s.io/node', value: 'fake', effect: 'NoSchedule' };

/** Nodes of kwok, in as many zones. */
export function fakeNodes(count: number, prefix = 'fake'): object[] {
  const size = { cpu: '64', memory: '512Gi', pods: '250' };
  return Array.from({ length: count }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `${prefix}-${index}`,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      labels: {
        'kubernetes.io/hostname': `${prefix}-${index}`,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/zone': `zone-${index}`,
        type: 'kwok',
      },
    },
    spec: { taints: [fakeNodeTaint] },
    status: { allocatable: size, capacity: size },
  }));
}
