import { buildClassification } from '@docfleet/classification';
import { connectionProblems } from '@docfleet/connections';
import type { RecordCodec, TopicName } from '@docfleet/contracts';
import { systemClock, type StageName } from '@docfleet/domain';
import { buildExtraction } from '@docfleet/extraction';
import type { FleetMember } from '@docfleet/fleet-level';
import {
  defaultIntegrationTimeoutMs,
  integrationStage,
  memoryFence,
  MemoryOutcomes,
  objectResults,
  terminalLog,
} from '@docfleet/integration';
import type { MemoryCluster } from '@docfleet/memory-log';
import type { ObjectStore } from '@docfleet/objects';
import { buildOcr } from '@docfleet/ocr';
import { buildPreprocess } from '@docfleet/preprocess';
import { silentFollowReport } from '@docfleet/record-log';
import type { BuiltStage, StageParts } from '@docfleet/service';
import { followStops, silentObserver, startStage } from '@docfleet/stage';
import { createMetrics, type Log } from '@docfleet/telemetry';
import { buildValidation } from '@docfleet/validation';
import type { PipelineSettings } from './settings.ts';

export interface StagesOptions {
  readonly settings: PipelineSettings;
  readonly cluster: MemoryCluster;
  readonly codec: RecordCodec;
  readonly store: ObjectStore;
  readonly log: Log;
  /** Aborts when the stages are to end. */
  readonly stopping: AbortSignal;
}

export interface OpenStages {
  /** Ends the stages, what they execute, and their child processes. */
  close(): Promise<void>;
}

/** Runs that are ended at the same time, as in the service. */
const endingsAtOnce = 4;

/** The fleet of one process: at its best level, and nobody gives it orders. */
const alone: Pick<FleetMember, 'level' | 'onLevel' | 'orders' | 'onOrders' | 'reportModels'> = {
  level: () => 'L0',
  onLevel: () => () => undefined,
  orders: () => ({ pausedLanes: new Set(), isDrained: false, models: null }),
  onOrders: () => () => undefined,
  reportModels: () => undefined,
};

/** Starts every stage, as its service builds it, on the log in memory. Resolves when all of them take work. */
export async function openStages(options: StagesOptions): Promise<OpenStages> {
  const { settings, store, codec, log } = options;
  const partsOf = (name: StageName): StageParts => ({
    clock: systemClock,
    log,
    metrics: createMetrics(name),
    store,
    fleet: alone,
    recordLog: options.cluster.log(name),
    codec,
    problems: connectionProblems({
      now: () => systemClock.now(),
      log: (line) => {
        log.error(line);
      },
    }),
  });
  const { preprocess, ocr, classification, extraction, validation } = settings;
  const opened = await Promise.allSettled([
    buildPreprocess(preprocess, partsOf('preprocess')).then((built) => start(built, options)),
    buildOcr(ocr, partsOf('ocr')).then((built) => start(built, options)),
    start(buildClassification(classification, { store }), options),
    start(buildExtraction(extraction, partsOf('extraction')), options),
    start(buildValidation(validation, partsOf('validation')), options),
    start(buildIntegration(options), options),
  ]);
  const stages = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const close = async (): Promise<void> => {
    await Promise.all(stages.map((stage) => stage.close()));
  };
  for (const each of opened) {
    if (each.status === 'fulfilled') continue;
    await close();
    throw each.reason;
  }
  return { close };
}

/** The stage that ends runs, with its fence in memory. */
function buildIntegration({ cluster, codec, store }: StagesOptions): BuiltStage<'integration.tasks.normal'> {
  return {
    stage: integrationStage(
      {
        fence: memoryFence(new MemoryOutcomes()),
        results: objectResults(store),
        terminal: terminalLog(cluster.log('integration')),
        encode: (event) => codec.encode(event.topic, event.value),
        onEmitted: () => undefined,
      },
      { maxConcurrentRuns: endingsAtOnce, timeoutMs: defaultIntegrationTimeoutMs },
    ),
  };
}

/** Runs a stage until it is closed; when it cannot start, what it was built with is closed. */
async function start<F extends TopicName>(
  built: BuiltStage<F>,
  { cluster, codec, log, stopping }: StagesOptions,
): Promise<OpenStages> {
  const { name } = built.stage;
  const recordLog = cluster.log(name);
  const clock = systemClock;
  try {
    const stops = await followStops({
      log: recordLog,
      codec,
      clock,
      signal: stopping,
      report: silentFollowReport,
    });
    await built.beforeFirstTask?.(stopping);
    const running = await startStage({
      stage: built.stage,
      log: recordLog,
      codec,
      clock,
      stops,
      observer: {
        ...silentObserver,
        logOf: (run) => log.child({ stage: name, ...(run !== null && { runId: run.runId }) }),
      },
      afterQuickTries: 'dead-letter',
    });
    return {
      close: async () => {
        await running.drain(0);
        await built.close?.();
      },
    };
  } catch (error) {
    await built.close?.();
    throw error;
  }
}
