import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { V1Container, V1Pod } from '@kubernetes/client-node';
import type { ProcessIdentity } from '@docfleet/stack';
import {
  annotate,
  isGone,
  nameOf,
  patchStatus,
  readSources,
  removePod,
  type ClusterApi,
} from './cluster-api.ts';
import { Container } from './container.ts';
import { ConfigMissing } from './environment.ts';
import { portsAnnotation, type ImageResolver } from './images.ts';
import { commandOf } from './pod-commands.ts';
import { podStatusOf, phaseOf, type ContainerFacts, type PodFacts } from './pod-status.ts';
import { linkMounts, mountsOf, writeVolumes, type VolumeSources } from './volumes.ts';

/** Pause before what a pod waits for is looked up again, in milliseconds. */
const retryMs = 1_000;

export interface PodWorkerOptions {
  readonly pod: V1Pod;
  readonly api: ClusterApi;
  readonly resolveImage: ImageResolver;
  /** Folder of the pod's volumes. */
  readonly folder: string;
  /** File of a container's output. */
  readonly logFileOf: (container: string) => string;
  readonly podIp: string;
  readonly hostIp: string;
  /** A port of this machine that nobody else gets. */
  readonly takePort: () => Promise<number>;
  /** Processes of the pod have started or ended. */
  readonly onProcesses: () => void;
  readonly report: (line: string) => void;
}

/** One pod on this node, from its assignment to its removal. */
export class PodWorker {
  readonly #options: PodWorkerOptions;
  readonly #startTime = new Date();
  readonly #stopping = new AbortController();
  /** Port of this machine by port of the pod. */
  readonly #ports = new Map<number, number>();
  #pod: V1Pod;
  #init: Container[] = [];
  #containers: Container[] = [];
  #waiting: string | undefined;
  #isTerminating = false;
  #isDirty = false;
  #writing: Promise<void> = Promise.resolve();
  #ending: Promise<void> | undefined;

  constructor(options: PodWorkerOptions) {
    this.#options = options;
    this.#pod = options.pod;
  }

  get pod(): V1Pod {
    return this.#pod;
  }

  /** The processes that run now. */
  identities(): readonly ProcessIdentity[] {
    return [...this.#init, ...this.#containers].flatMap(({ process }) =>
      process?.identity === undefined ? [] : [process.identity],
    );
  }

  /** The pod as the API shows it now. */
  update(pod: V1Pod): void {
    this.#pod = pod;
    if (pod.metadata?.deletionTimestamp !== undefined)
      void this.end((pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000);
  }

  /** Runs the containers until all have ended for good. */
  async run(): Promise<void> {
    try {
      const sources = await this.#prepare();
      if (sources === undefined) return;
      for (const spec of this.#pod.spec?.initContainers ?? []) {
        const container = await this.#create(spec, sources, (exitCode) => exitCode !== 0 && !this.#isNever);
        if (this.#stopping.signal.aborted) return;
        this.#init.push(container);
        await container.run();
        const { state } = container.facts();
        if (state.kind !== 'terminated' || state.exitCode !== 0) return;
      }
      const restarts = (exitCode: number): boolean =>
        this.#policy === 'Always' || (this.#policy === 'OnFailure' && exitCode !== 0);
      for (const spec of this.#pod.spec?.containers ?? [])
        this.#containers.push(await this.#create(spec, sources, restarts));
      if (this.#stopping.signal.aborted) return;
      await Promise.all(this.#containers.map((each) => each.run()));
    } catch (error) {
      if (!isGone(error)) this.#options.report(`${this.#title()}: ${String(error)}`);
    }
  }

  /** Ends the processes within the grace, then removes the pod's object. */
  end(graceMs: number): Promise<void> {
    this.#ending ??= this.#end(graceMs);
    return this.#ending;
  }

  /** Ends the processes at once: the pod's object is gone. */
  kill(): void {
    this.#stopping.abort();
    for (const each of [...this.#init, ...this.#containers]) each.kill();
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  async #end(graceMs: number): Promise<void> {
    this.#isTerminating = true;
    this.#stopping.abort();
    this.#changed();
    await Promise.all([...this.#init, ...this.#containers].map((each) => each.stop(graceMs)));
    this.#changed();
    await this.#writing;
    rmSync(this.#options.folder, { recursive: true, force: true });
    await removePod(this.#options.api, this.#pod).catch((error: unknown) => {
      if (!isGone(error)) this.#options.report(`${this.#title()} is not removed: ${String(error)}`);
    });
  }

  /** Writes volumes as soon as what they name is there; undefined when the pod ends before. */
  async #prepare(): Promise<VolumeSources | undefined> {
    const { api, folder } = this.#options;
    mkdirSync(folder, { recursive: true });
    while (!this.#stopping.signal.aborted) {
      try {
        const sources = await readSources(api, this.#pod);
        await writeVolumes(this.#pod, this.#volumes, sources);
        for (const container of [
          ...(this.#pod.spec?.initContainers ?? []),
          ...(this.#pod.spec?.containers ?? []),
        ])
          this.#commandOf(container, sources, new Map());
        this.#waiting = undefined;
        return sources;
      } catch (error) {
        if (!(error instanceof ConfigMissing)) throw error;
        this.#waiting = error.message;
        this.#changed();
        await pause(retryMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  async #create(
    spec: V1Container,
    sources: VolumeSources,
    restarts: (exitCode: number) => boolean,
  ): Promise<Container> {
    const { api, takePort, logFileOf, resolveImage, onProcesses } = this.#options;
    const ports = this.#ports;
    for (const { containerPort } of spec.ports ?? []) ports.set(containerPort, await takePort());
    if (ports.size > 0)
      await annotate(api, this.#pod, { [portsAnnotation]: JSON.stringify(Object.fromEntries(ports)) });
    const command = this.#commandOf(spec, sources, ports);
    linkMounts(spec, this.#fileSystemOf(spec), this.#volumes);
    const { folder } = resolveImage(spec.image ?? '');
    return new Container({
      spec,
      command: { ...command, folder: spec.workingDir ?? folder, logFile: logFileOf(spec.name) },
      ports,
      restarts,
      graceMs: (this.#pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000,
      onChange: () => {
        onProcesses();
        this.#changed();
      },
    });
  }

  #commandOf(
    container: V1Container,
    sources: VolumeSources,
    ports: ReadonlyMap<number, number>,
  ): ReturnType<typeof commandOf> {
    const image = this.#options.resolveImage(container.image ?? '');
    const mounts = mountsOf(container, this.#fileSystemOf(container));
    return commandOf({ pod: this.#pod, container, sources, image, mounts, ports });
  }

  /** A folder that stands for the container's file system. */
  #fileSystemOf({ name }: V1Container): string {
    return join(this.#options.folder, 'containers', name);
  }

  get #volumes(): string {
    return join(this.#options.folder, 'volumes');
  }

  get #policy(): string {
    return this.#pod.spec?.restartPolicy ?? 'Always';
  }

  get #isNever(): boolean {
    return this.#policy === 'Never';
  }

  /** Writes the status soon; changes that come together are written once. */
  #changed(): void {
    if (this.#isDirty) return;
    this.#isDirty = true;
    this.#writing = this.#writing.then(async () => {
      this.#isDirty = false;
      await this.#write();
    });
  }

  async #write(): Promise<void> {
    try {
      await patchStatus(this.#options.api, this.#pod, podStatusOf(this.#facts()));
    } catch (error) {
      if (!isGone(error)) this.#options.report(`${this.#title()}: status not written: ${String(error)}`);
    }
  }

  #facts(): PodFacts {
    const { podIp, hostIp } = this.#options;
    const { initContainers = [], containers = [] } = this.#pod.spec ?? {};
    return {
      restartPolicy: this.#policy,
      init: this.#factsOf(initContainers, this.#init),
      containers: this.#factsOf(containers, this.#containers),
      isTerminating: this.#isTerminating,
      startTime: this.#startTime,
      podIp,
      hostIp,
      conditions: this.#pod.status?.conditions ?? [],
      now: new Date(),
    };
  }

  #factsOf(specs: readonly V1Container[], created: readonly Container[]): ContainerFacts[] {
    return specs.map(({ name, image = '' }, index) => {
      const container = created[index];
      if (container !== undefined) return container.facts();
      const waiting = this.#waiting;
      const reason = waiting === undefined ? 'PodInitializing' : 'CreateContainerConfigError';
      const state = { kind: 'waiting', reason, ...(waiting && { message: waiting }) } as const;
      return { name, image, state, lastState: undefined, restartCount: 0, started: false, ready: false };
    });
  }

  #title(): string {
    const { namespace, name } = nameOf(this.#pod);
    return `pod ${namespace}/${name}`;
  }

  /** Whether its containers have ended for good. */
  get isOver(): boolean {
    return ['Succeeded', 'Failed'].includes(phaseOf(this.#facts()));
  }

  /** The log file of a container. */
  logFileOf(container: string): string {
    return this.#options.logFileOf(container);
  }
}

/** Folder of a pod's volumes below the node's. */
export function podFolder(root: string, pod: V1Pod): string {
  return join(root, pod.metadata?.uid ?? '');
}
