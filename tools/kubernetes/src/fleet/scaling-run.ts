import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { addPartitions, isReady, openRig, preloadUrl, type Rig, type SubmissionPlan } from '@docfleet/chaos';
import { seededRandom } from '@docfleet/samples';
import { programEnvironment, serviceNames } from '@docfleet/stack';
import { eventually } from '../checks/expect.ts';
import type { Context } from '../parts/context.ts';
import { DocumentRun, type DocumentOutcome } from './document-run.ts';
import { burstOf } from './documents.ts';
import { changeLine, ReplicaLog } from './replica-log.ts';
import { scaledObject, stageObjects, type ScaledStage, type StageObjectsOptions } from './stage-objects.ts';

const namespace = 'fleet';

/**
 * Sized for two cores: two stages are pods that KEDA scales, the others run as one process each. OCR is the stage that
 * documents wait for; extraction begins without any pod, so documents wait for its first one.
 */
export const scaledStages: readonly ScaledStage[] = [
  { name: 'ocr', min: 1, max: 3, lagPerReplica: 4 },
  { name: 'extraction', min: 0, max: 4, lagPerReplica: 3 },
];

/** Partitions of a lane of a scaled stage: as many as it has pods at most. */
const partitions = 4;

/** Documents that are submitted at once, and the pause between the later ones, in milliseconds. */
const burst = 40;
const trickleMs = 1_500;

/** Documents of the burst that have not ended when the later ones begin. */
const trickleBefore = 5;

export interface ScalingOptions {
  readonly documents: number;
  /** Pause between two kills of a pod's process, in milliseconds; null: none is killed. */
  readonly killEveryMs: number | null;
}

export interface ScalingOutcome extends DocumentOutcome {
  readonly log: ReplicaLog;
  readonly kills: number;
}

/** A burst of documents through a fleet whose stages KEDA scales on the lag of their topics. */
export async function runScaling(context: Context, options: ScalingOptions): Promise<ScalingOutcome> {
  const { layout, environment, isRoot, progress, signal, seed } = context;
  const rig = await openRig({ layout, environment, isRoot, brokers: 1, review: 'never', progress, signal });
  context.onKill(() => {
    rig.kill();
  });
  const over = new AbortController();
  try {
    const plan = await burstOf(options.documents, seed, join(layout.data, 'samples'));
    const run = new ScalingRun({ context, options, rig, plan, over: over.signal });
    await run.begin();
    return await run.play();
  } finally {
    over.abort();
    await context.controlPlane.kubectl
      .run(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=180s'])
      .catch(() => undefined);
    await rig.stop();
  }
}

interface RunParts {
  readonly context: Context;
  readonly options: ScalingOptions;
  readonly rig: Rig;
  readonly plan: SubmissionPlan;
  /** Aborts when nothing needs to be watched any more. */
  readonly over: AbortSignal;
}

class ScalingRun {
  readonly #parts: RunParts;
  readonly #log = new ReplicaLog();
  readonly #documents: DocumentRun;
  #startedAt = 0;
  #trickleFrom: number | undefined;
  #kills = 0;

  constructor(parts: RunParts) {
    this.#parts = parts;
    const { context, rig, plan, over } = parts;
    this.#documents = new DocumentRun({ context, rig, plan, over, api: rig.proxied.api });
  }

  /** Starts what is not scaled, then the pods of the others at their least number. */
  async begin(): Promise<void> {
    const { rig, context } = this.#parts;
    const { progress, controlPlane } = context;
    const { kubectl } = controlPlane;
    const scaled = scaledStages.map(({ name }) => name as string);
    for (const { name } of scaledStages) await addPartitions(rig.direct.broker, name, partitions);
    await progress.step('services that are not scaled', async () => {
      for (const name of serviceNames.filter((each) => !scaled.includes(each)))
        await rig.members.start({ name, service: name, port: rig.ports[name] });
      await eventually('services that are not ready', [], async () => {
        context.signal.throwIfAborted();
        const states = await Promise.all(
          rig.members.all().map(async (member) => [member.name, await isReady(member)] as const),
        );
        return states.filter(([, ready]) => !ready).map(([name]) => name);
      });
    });
    await progress.step('pods and ScaledObjects', async () => {
      await kubectl.apply([
        {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
        },
      ]);
      for (const stage of scaledStages) {
        const options = await this.#objectsOf(stage);
        await kubectl.apply(stageObjects(options));
        await kubectl.apply([scaledObject(options)]);
      }
      await kubectl.run([
        ...['wait', '-n', namespace, '--for=condition=Ready', 'scaledobject', '--all', '--timeout=180s'],
      ]);
      for (const { name, min } of scaledStages)
        await eventually(`${name}: ready pods`, min, async () => (await this.#replicasOf(name)).ready);
    });
  }

  /** Submits the documents, and waits until all have ended and the stages are back at their least number of pods. */
  async play(): Promise<ScalingOutcome> {
    const { rig, plan, context, over } = this.#parts;
    const { progress, controlPlane } = context;
    this.#startedAt = performance.now();
    const watching = this.#watch(over);
    const killing = new AbortController();
    const kills = this.#kill(AbortSignal.any([over, killing.signal]));
    try {
      await progress.step(`${plan.submissions.length} documents submitted`, () =>
        this.#documents.submit(() => this.#allowed()),
      );
      const lag = await this.#documents.settle();
      killing.abort();
      await kills;
      await progress.step('back at the least number of pods', async () => {
        for (const { name, min } of scaledStages)
          await eventually(`${name}: pods`, { wanted: min, ready: min }, () => this.#replicasOf(name));
      });
      await progress.step('ending pods and services', async () => {
        await controlPlane.kubectl.run(['delete', 'namespace', namespace, '--timeout=180s']);
        await rig.members.stopAll();
      });
      return { ...(await this.#documents.outcome(lag)), log: this.#log, kills: this.#kills };
    } finally {
      killing.abort();
      void watching;
    }
  }

  async #objectsOf(stage: ScaledStage): Promise<StageObjectsOptions> {
    const { rig, context } = this.#parts;
    const { root } = context.layout;
    const settings = { ...rig.settings, MAX_CONCURRENT_RUNS: '1' };
    const own = await programEnvironment(root, `services/${stage.name}`, settings);
    const given = Object.entries(own).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    return {
      namespace,
      stage,
      variables: { ...Object.fromEntries<string>(given), DOCFLEET_CHAOS_RUN: rig.mark },
      command: [
        process.execPath,
        '--conditions=docfleet-source',
        '--import',
        preloadUrl(rig.control.port, '$(POD_NAME)'),
        join(root, 'services', stage.name, 'src/main.ts'),
      ],
      broker: rig.proxied.broker,
    };
  }

  /** The burst at once, then one document after the other, so that some are in flight while pods are removed. */
  #allowed(): number {
    if (this.#documents.ended < burst - trickleBefore) return burst;
    this.#trickleFrom ??= performance.now();
    return burst + Math.floor((performance.now() - this.#trickleFrom) / trickleMs);
  }

  async #watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const { name } of scaledStages) {
        const replicas = await this.#replicasOf(name).catch(() => undefined);
        if (replicas === undefined) continue;
        const seconds = (performance.now() - this.#startedAt) / 1000;
        const change = this.#log.observe(name, replicas, { seconds, inFlight: this.#documents.inFlight });
        if (change !== undefined) this.#parts.context.progress.note(changeLine(change));
      }
      await pause(300);
    }
  }

  /** Kills processes of pods at random; the node starts their containers again. */
  async #kill(signal: AbortSignal): Promise<void> {
    const { options, context } = this.#parts;
    const random = seededRandom(context.seed + 1);
    const { killEveryMs } = options;
    const isOver = (): boolean => killEveryMs === null || signal.aborted;
    while (!isOver()) {
      await pause(killEveryMs ?? 0, undefined, { signal }).catch(() => undefined);
      const running = [...context.node.processes()].filter(([, processes]) => processes.length > 0);
      const [name] = running[random.integer(0, Math.max(0, running.length - 1))] ?? [];
      if (isOver() || name === undefined) continue;
      this.#kills += context.node.crash(name);
      context.progress.note(`killed the process of pod ${name}`);
    }
  }

  async #replicasOf(stage: string): Promise<{ wanted: number; ready: number }> {
    const { apps } = this.#parts.context.api;
    const { spec, status } = await apps.readNamespacedDeployment({ name: stage, namespace });
    return { wanted: spec?.replicas ?? 0, ready: status?.readyReplicas ?? 0 };
  }
}
