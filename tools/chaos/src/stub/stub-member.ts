import type { ClassificationTask } from '@docfleet/contracts';
import { systemClock } from '@docfleet/domain';
import { openKafkaLog } from '@docfleet/kafka';
import { silentFollowReport } from '@docfleet/record-log';
import { openRegistryCodec } from '@docfleet/registry';
import {
  done,
  followStops,
  next,
  type RunningStage,
  silentObserver,
  type StageContext,
  startStage,
} from '@docfleet/stage';
import type { Endpoints } from '@docfleet/stack';
import { sessionTimeoutMs } from '../world/rig.ts';

/** One member of a stage with stub work, on the real runtime and Kafka. */
export interface StubMember {
  readonly running: RunningStage;
  /** Drains and stops, as a process does at SIGTERM. */
  leave(drainMs: number): Promise<void>;
}

/** The work of the stage for one document. */
export type StubWork = (task: ClassificationTask, context: StageContext) => Promise<void>;

/** Starts a member in place of classification. */
export async function startStubMember(options: {
  readonly endpoints: Endpoints;
  readonly name: string;
  /** Concurrent documents. */
  readonly slots: number;
  readonly work: StubWork;
}): Promise<StubMember> {
  const { endpoints, name, slots, work } = options;
  const log = openKafkaLog({ brokers: endpoints.broker.split(','), clientId: name, sessionTimeoutMs });
  const codec = openRegistryCodec({ url: endpoints.registry });
  const following = new AbortController();
  const stops = await followStops({
    log,
    codec,
    clock: systemClock,
    signal: following.signal,
    report: silentFollowReport,
  });
  const running = await startStage<'classification.tasks.normal'>({
    log,
    codec,
    stops,
    clock: systemClock,
    observer: silentObserver,
    stage: {
      name: 'classification',
      version: 'stub',
      maxConcurrentRuns: slots,
      timeoutMs: () => 120_000,
      timeoutCode: 'TIMEOUT_RUN',
      runOf: (task: ClassificationTask) => task.context,
      acceptsRuns: false,
      retries: 'topics',
      restartWhenInDoubt: false,
      cancellable: true,
      handle: async (task: ClassificationTask, context: StageContext) => {
        await work(task, context);
        const { input, manifest, readings, pageCount } = task;
        const documents: [] = [];
        return done([
          next('extraction.tasks', context.run, (run) => {
            return { context: run, input, manifest, readings, pageCount, documents };
          }),
        ]);
      },
    },
  });
  return {
    running,
    leave: async (drainMs) => {
      await running.drain(drainMs);
      following.abort(new Error('The member has stopped'));
      await log.close();
    },
  };
}
