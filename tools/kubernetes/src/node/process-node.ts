import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ListWatch, V1MicroTime, Watch, type V1Pod } from '@kubernetes/client-node';
import { anyFreePorts, endLeftovers, signalGroup, writeRunning, type ProcessIdentity } from '@docfleet/stack';
import type { CertificateFiles } from '@docfleet/testing/certificates';
import { nameOf, patchNodeStatus, type ClusterApi } from './cluster-api.ts';
import type { ImageResolver } from './images.ts';
import { openLogServer } from './log-server.ts';
import { podFolder, PodWorker } from './pod-worker.ts';

const hostIp = '127.0.0.1';
/** The controller-manager gives up a node whose lease is 40 s old. */
const leaseMs = 10_000;
/** Time between a lost watch and the next, in milliseconds. */
const rewatchMs = 1_000;

export interface ProcessNodeOptions {
  readonly name: string;
  readonly api: ClusterApi;
  /** Folder of volumes, logs and the record of processes. */
  readonly folder: string;
  /** What the node says it has: quantities by resource. */
  readonly capacity: Readonly<Record<string, string>>;
  /** For the server of logs. */
  readonly certificate: CertificateFiles;
  readonly authority: string;
  readonly resolveImage: ImageResolver;
  readonly report: (line: string) => void;
}

/** A node that runs pods as processes of this machine. */
export class ProcessNode {
  readonly #options: ProcessNodeOptions;
  readonly #workers = new Map<string, PodWorker>();
  readonly #ports = new Set<number>();
  #addresses = 0;
  #pods: ListWatch<V1Pod> | undefined;
  #lease: NodeJS.Timeout | undefined;
  #logs: { readonly port: number; close(): Promise<void> } | undefined;
  #isClosed = false;

  constructor(options: ProcessNodeOptions) {
    this.#options = options;
  }

  /** Registers the node and begins to run its pods. Processes that an earlier run left are ended first. */
  async start(): Promise<void> {
    const { folder, certificate, authority } = this.#options;
    mkdirSync(join(folder, 'logs'), { recursive: true });
    await endLeftovers(this.#record);
    this.#logs = await openLogServer({
      certificate,
      authority,
      logFileOf: (namespace, pod, container) =>
        [...this.#workers.values()]
          .find((worker) => nameOf(worker.pod).name === pod && nameOf(worker.pod).namespace === namespace)
          ?.logFileOf(container),
    });
    await this.#register(this.#logs.port);
    await this.#renew();
    this.#lease = setInterval(() => void this.#renew(), leaseMs);
    this.#watch();
  }

  get name(): string {
    return this.#options.name;
  }

  /** The file of a container's output. */
  logFileOf(namespace: string, pod: string, container: string): string {
    return join(this.#options.folder, 'logs', `${namespace}_${pod}_${container}.log`);
  }

  /** Processes of pods that run now, by the pod's name. */
  processes(): ReadonlyMap<string, readonly ProcessIdentity[]> {
    return new Map(
      [...this.#workers.values()].map((worker) => [nameOf(worker.pod).name, worker.identities()]),
    );
  }

  /** Kills the processes of a pod, as a crash would; the node starts its containers again. Returns their number. */
  crash(podName: string): number {
    const identities = this.processes().get(podName) ?? [];
    for (const { pid } of identities) signalGroup(pid, 'SIGKILL');
    return identities.length;
  }

  /** Ends every pod, within its grace, and leaves the cluster. */
  async stop(): Promise<void> {
    if (this.#isClosed) return;
    await this.#leave();
    const graceOf = ({ spec }: V1Pod): number => (spec?.terminationGracePeriodSeconds ?? 30) * 1000;
    await Promise.all([...this.#workers.values()].map((worker) => worker.end(graceOf(worker.pod))));
    writeRunning(this.#record, {});
    await this.#logs?.close();
  }

  /** Ends every process at once. */
  kill(): void {
    void this.#leave();
    for (const worker of this.#workers.values()) worker.kill();
  }

  get #record(): string {
    return join(this.#options.folder, 'processes.json');
  }

  async #leave(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#lease);
    await this.#pods?.stop();
  }

  async #register(kubeletPort: number): Promise<void> {
    const { api, name, capacity } = this.#options;
    const now = new Date();
    const body = {
      metadata: {
        name,
        labels: {
          'kubernetes.io/hostname': name,
          'kubernetes.io/os': 'linux',
          'kubernetes.io/arch': process.arch === 'x64' ? 'amd64' : process.arch,
        },
      },
    };
    await api.core.createNode({ body });
    const status = {
      capacity: { ...capacity },
      allocatable: { ...capacity },
      addresses: [
        { type: 'InternalIP', address: hostIp },
        { type: 'Hostname', address: name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'ProcessNodeReady',
          lastHeartbeatTime: now,
          lastTransitionTime: now,
        },
      ],
      nodeInfo: {
        kubeletVersion: 'process-node',
        operatingSystem: 'linux',
        architecture: 'amd64',
        bootID: '',
        containerRuntimeVersion: 'process://1',
        kernelVersion: '',
        kubeProxyVersion: '',
        machineID: '',
        osImage: '',
        systemUUID: '',
      },
    };
    await patchNodeStatus(api, name, status);
  }

  async #renew(): Promise<void> {
    const { api, name, report } = this.#options;
    const namespace = 'kube-node-lease';
    const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: new V1MicroTime() };
    try {
      const leases = await api.coordination.listNamespacedLease({ namespace });
      const existing = leases.items.find((each) => each.metadata?.name === name);
      if (existing === undefined)
        await api.coordination.createNamespacedLease({ namespace, body: { metadata: { name }, spec } });
      else await api.coordination.replaceNamespacedLease({ namespace, name, body: { ...existing, spec } });
    } catch (error) {
      if (!this.#isClosed) report(`the lease of node ${name} is not renewed: ${String(error)}`);
    }
  }

  #watch(): void {
    const { api, name } = this.#options;
    const fieldSelector = `spec.nodeName=${name}`;
    const list = (): Promise<{ items: V1Pod[] }> => api.core.listPodForAllNamespaces({ fieldSelector });
    const pods = new ListWatch<V1Pod>(
      '/api/v1/pods',
      new Watch(api.config),
      list,
      false,
      undefined,
      fieldSelector,
    );
    this.#pods = pods;
    pods.on('change', (pod) => {
      this.#seen(pod);
    });
    pods.on('delete', (pod) => {
      this.#removed(pod);
    });
    pods.on('error', () => {
      if (!this.#isClosed) setTimeout(() => void pods.start(), rewatchMs);
    });
    void pods.start();
  }

  #seen(pod: V1Pod): void {
    if (this.#isClosed) return;
    const uid = pod.metadata?.uid ?? '';
    const known = this.#workers.get(uid);
    if (known !== undefined) {
      known.update(pod);
      return;
    }
    if (['Succeeded', 'Failed'].includes(pod.status?.phase ?? '') && !pod.metadata?.deletionTimestamp) return;
    const worker = this.#createWorker(pod);
    this.#workers.set(uid, worker);
    if (pod.metadata?.deletionTimestamp === undefined) void worker.run();
    worker.update(pod);
  }

  #removed(pod: V1Pod): void {
    // Also for an object that was removed by force, whose processes still run.
    const uid = pod.metadata?.uid ?? '';
    this.#workers.get(uid)?.kill();
    this.#workers.delete(uid);
    this.#recordProcesses();
  }

  #createWorker(pod: V1Pod): PodWorker {
    const { api, resolveImage, folder, report } = this.#options;
    const { namespace, name } = nameOf(pod);
    this.#addresses += 1;
    return new PodWorker({
      pod,
      api,
      resolveImage,
      folder: podFolder(join(folder, 'pods'), pod),
      logFileOf: (container) => this.logFileOf(namespace, name, container),
      // Nothing is routed there: loopback addresses are refused in EndpointSlices.
      podIp: `10.244.${(this.#addresses >> 8) & 255}.${this.#addresses & 255}`,
      hostIp,
      takePort: () => this.#takePort(),
      onProcesses: () => {
        this.#recordProcesses();
      },
      report,
    });
  }

  async #takePort(): Promise<number> {
    for (;;) {
      const [port = 0] = await anyFreePorts(1);
      if (this.#ports.has(port)) continue;
      this.#ports.add(port);
      return port;
    }
  }

  #recordProcesses(): void {
    const running = [...this.processes()].flatMap(([pod, identities]) =>
      identities.map((identity, index) => [`${pod} ${index}`, identity] as const),
    );
    writeRunning(this.#record, Object.fromEntries(running));
  }
}
