import {
  isTaskStage,
  poolOf,
  topicInPool,
  type ObjectRef,
  type RunContext,
  type TaskStage,
  type TopicName,
} from '@docfleet/contracts';
import {
  defaultLimits,
  FailureError,
  type FoundDocument,
  partitionName,
  runBudgetMs,
  runExpiryMs,
  sleep,
  stageIndex,
  stageNames,
} from '@docfleet/domain';
import { integrationStage, objectResults, terminalLog } from '@docfleet/integration';
import { createAdmission, defaultTimeLimits, preprocessStage, type PageRenderer } from '@docfleet/preprocess';
import { reviewStage } from '@docfleet/review';
import { done, endRun, next, type Stage, type StageContext } from '@docfleet/stage';
import type { Behaviour, WorkStage } from '../plan/plan.ts';
import { contextOf } from './context.ts';
import { copyClaimedElsewhere } from './elsewhere.ts';
import { nameIn } from './document-bytes.ts';
import { storeOf, uriOf } from './memory-store.ts';
import { fenceOf } from './outcomes.ts';
import type { ProcessKeeper, SimulatedProcess } from './process.ts';
import { lastReferenceIn, taskValue } from './task-value.ts';
import type { ExecutionMonitor } from './execution-monitor.ts';
import type { World } from './world.ts';

export interface StageParts {
  readonly world: World;
  readonly process: SimulatedProcess;
  readonly keeper: ProcessKeeper;
  readonly monitor: ExecutionMonitor;
}

/** The stage of a process: the real handler if it needs no engines, otherwise one that only takes time. */
export function stageOf(parts: StageParts): Stage {
  const { stage } = parts.process;
  if (stage === 'preprocess') return instrument(parts, preprocess(parts)) as Stage;
  if (stage === 'review') return instrument(parts, review(parts)) as Stage;
  if (stage === 'integration') return instrument(parts, integration(parts)) as Stage;
  return instrument(parts, work(parts, stage)) as Stage;
}

/** Adds boundaries and the execution monitor to a stage's handler. */
function instrument<F extends TopicName>(parts: StageParts, stage: Stage<F>): Stage<F> {
  const { process, monitor, world } = parts;
  return {
    ...stage,
    runOf: (task, source) => {
      const run = stage.runOf(task, source);
      process.received(run, source);
      return run;
    },
    handle: async (task, context) => {
      const slots = process.isOwn(context.receivedFrom) ? stage.maxConcurrentRuns : 1;
      const end = monitor.begin(process, context, slots);
      world.history.note(
        () =>
          `${process.id} executes ${context.run.fileName ?? '?'} r${String(context.run.revision)} from ${partitionName(context.receivedFrom)}, attempt ${String(context.attempt)}`,
      );
      try {
        await process.reach('work');
        const result = await stage.handle(task, context);
        await process.reach('worked');
        return result;
      } finally {
        end();
      }
    },
  };
}

function preprocess(parts: StageParts): Stage<'documents.urgent' | 'documents.high' | 'documents.normal'> {
  const { world, process } = parts;
  const stage = preprocessStage({
    store: processStore(parts),
    renderer: pageRenderer(parts),
    tenants: { settingsOf: () => undefined },
    admission: createAdmission({
      mode: 'off',
      region: 'local',
      windowMs: 0,
      fleetKeys: new Map(),
      settingsOf: () => undefined,
      secretOf: () => undefined,
      tenantOfTopic: new Map(),
      onUnproven: () => undefined,
    }),
    defaults: {
      region: 'local',
      limits: defaultLimits,
      route: 'auto',
      budgetMs: runBudgetMs,
      expiryMs: runExpiryMs,
      review: 'always',
    },
    timeLimits: defaultTimeLimits,
    grants: [],
    maxConcurrentRuns: world.plan.slots,
  });
  return {
    ...stage,
    runOf: (task, source) => {
      const run = stage.runOf(task, source);
      const age = world.documentOf(run.fileName)?.expiresAfterMs ?? 0;
      return { ...run, expiresAt: run.acceptedAt + age };
    },
    handle: async (task, context) => {
      const result = await stage.handle(task, context);
      if (result.kind === 'duplicate') world.history.count('duplicate submissions');
      world.history.note(() => `${process.id} ${task.fileName ?? '?'}: ${result.kind}`);
      return result;
    },
  };
}

/** Makes one small page; the plan decides how the document behaves. */
function pageRenderer(parts: StageParts): PageRenderer {
  return {
    render: async ({ bytes }, { signal }) => {
      const name = nameIn(bytes);
      const document = parts.world.documentOf(name);
      if (document !== undefined) parts.monitor.checkStops(parts.process, contextOf(parts.world, document));
      await behave(parts, { name, stage: 'preprocess', signal });
      const page = {
        page: 1,
        image: Buffer.from(name),
        mediaType: 'image/png' as const,
        widthPx: 100,
        heightPx: 100,
        dpi: null,
        rotation: 0 as const,
        deskewDegrees: 0,
        textLayer: 'none' as const,
        lines: null,
        lacksWords: false,
        unread: [],
      };
      return { pageCount: 1, pages: [page], tooSmall: 0 };
    },
    isHealthy: () => Promise.resolve(true),
  };
}

type WorkTopic = `${TaskStage}.tasks.normal`;

/** A stage between the first and the last: takes its time and writes the task of the stage after it. */
function work(parts: StageParts, name: TaskStage): Stage<WorkTopic> {
  const follower = stageNames[stageIndex(name) + 1];
  const limit = limits[name] ?? { timeoutMs: 120_000, timeoutCode: 'TIMEOUT_LLM' };
  return {
    name,
    ...(parts.process.pool !== null && { pool: parts.process.pool }),
    version: '1',
    maxConcurrentRuns: parts.world.plan.slots,
    timeoutMs: () => limit.timeoutMs,
    timeoutCode: limit.timeoutCode,
    runOf: (task) => task.context,
    acceptsRuns: false,
    retries: 'topics',
    restartWhenInDoubt: false,
    cancellable: true,
    handle: async (task, context) => {
      const behaviour = await behaveFor(parts, name, context);
      const { input, pageCount } = task;
      if (name === 'validation' && needsPerson(parts, context)) {
        const output = next('review.tasks', context.run, (run) =>
          taskValue('review.tasks.normal', { input, pageCount, context: run }),
        );
        return done([output], pageCount);
      }
      if (name === 'validation' || follower === undefined || !isTaskStage(follower)) {
        const ending = { status: 'completed', verdict: 'approve', failure: null } as const;
        return endRun({ ...ending, input, results: {}, pageCount });
      }
      const found: ObjectRef = {
        uri: behaviour.kind === 'floods' ? uriOf('x'.repeat(300_000)) : uriOf(`${name}.json`),
        sha256: '',
        mediaType: 'application/json',
        sizeBytes: 1,
      };
      const family = `${follower}.tasks.${task.context.lane}` as const;
      const documents = [documentIn(parts.world, context)];
      const pool = follower === 'extraction' ? poolOf(documents, parts.process.pools) : null;
      const topic = topicInPool(family, pool);
      const value = (run: RunContext) =>
        taskValue(topic, { ...task, documents, context: run, [lastReferenceIn(topic)]: found });
      return done([{ topic, key: task.context.runId, value }], pageCount);
    },
  };
}

/** Whether this attempt to judge a document finds that it needs a person. */
function needsPerson({ world }: StageParts, { run }: StageContext): boolean {
  const planned = world.documentOf(run.fileName)?.needsPerson ?? [];
  if (run.review === 'never') return false;
  const attempt = world.nextAttempt(`${run.fileName ?? ''} judged`);
  return planned[Math.min(attempt, planned.length - 1)] ?? false;
}

/** Time that people have in a schedule, in milliseconds. */
const reviewTimeMs = 4 * 3_600_000;

/** The stage that stores tasks for people: the product's own, with a table in memory. */
function review(parts: StageParts): Stage<'review.tasks.normal'> {
  const { world, process } = parts;
  const stage = reviewStage(
    {
      results: {
        load: async () => Promise.resolve({ documents: [], verdict: { verdict: 'review', documents: [] } }),
      },
      tasks: {
        store: (task, signal) => world.database.call(process, () => world.reviewTasks.store(task), signal),
      },
      expiryMs: reviewTimeMs,
    },
    { maxConcurrentRuns: world.plan.slots, timeoutMs: 30_000 },
  );
  return {
    ...stage,
    handle: async (task, context) => {
      await behaveFor(parts, 'review', context);
      const result = await stage.handle(task, context);
      world.history.count(`review ${result.kind === 'skipped' ? result.reason : result.kind}`);
      return result;
    },
  };
}

/** The one document that is found in a file. */
function documentIn(world: World, { run }: StageContext): FoundDocument {
  const documentClass = world.documentOf(run.fileName)?.documentClass ?? 'letter';
  return {
    index: 1,
    documentClass,
    classVersion: 1,
    confidence: 1,
    firstPage: 1,
    lastPage: 1,
    classSource: 'classified',
    region: null,
  };
}

/** Time limits that the stages have; the others have that of a model. */
const limits: Readonly<
  Partial<Record<TaskStage, Pick<Stage, 'timeoutCode'> & { readonly timeoutMs: number }>>
> = {
  ocr: { timeoutMs: 120_000, timeoutCode: 'TIMEOUT_OCR' },
  validation: { timeoutMs: 30_000, timeoutCode: 'TIMEOUT_VALIDATE' },
};

function integration(parts: StageParts): Stage<'integration.tasks.normal'> {
  const { world, process } = parts;
  const stage = integrationStage(
    {
      fence: fenceOf({
        outcomes: world.outcomes,
        reviewTasks: world.reviewTasks,
        server: world.database,
        caller: process,
        claimed: (outcome, won) => {
          if (process.pass('outcome')?.sendsElsewhere === true) copyClaimedElsewhere(world, outcome);
          world.history.count(won ? 'claims won' : 'claims lost');
          world.history.note(
            () =>
              `${process.id} claims ${outcome.runId} r${String(outcome.revision)} as ${outcome.status} ${outcome.outcomeId} at ${outcome.home}: ${won ? 'won' : 'lost'}`,
          );
          if (won) checkBundleExists(world, outcome);
        },
      }),
      results: objectResults(processStore(parts)),
      terminal: terminalLog(process.log),
      encode: (event) => world.codec.encode(event.topic, event.value),
      onEmitted: () => undefined,
    },
    { maxConcurrentRuns: world.plan.slots, timeoutMs: 120_000 },
  );
  return {
    ...stage,
    handle: async (task, context) => {
      const result = await stage.handle(task, context);
      world.history.count(`integration ${result.kind === 'skipped' ? result.reason : result.kind}`);
      world.history.note(
        () =>
          `${process.id} ${task.context.fileName ?? '?'} ${task.ending.outcomeId}: ${result.kind}${result.kind === 'skipped' ? ` (${result.reason})` : ''}`,
      );
      return result;
    },
  };
}

/** At a claim, the bundle of its event must exist: another process may have to finish it. */
function checkBundleExists(world: World, outcome: { readonly outcomeId: string }): void {
  const exists = world.objects
    .keys('runs/')
    .some((key) => key.endsWith(`/results/${outcome.outcomeId}/result.json`));
  if (!exists) world.history.violate(`outcome ${outcome.outcomeId} is claimed before its bundle is written`);
}

function processStore({ world, process }: StageParts): ReturnType<typeof storeOf> {
  return storeOf({
    objects: world.objects,
    server: world.storeServer,
    caller: process,
    passed: (boundary) => {
      process.pass(boundary);
    },
  });
}

function behaveFor(parts: StageParts, stage: WorkStage, context: StageContext): Promise<Behaviour> {
  const name = context.run.fileName ?? '';
  return behave(parts, { name, stage, signal: context.signal });
}

/** Executes the planned behaviour of this attempt. */
async function behave(
  { world, process, keeper }: StageParts,
  work: { readonly name: string; readonly stage: WorkStage; readonly signal: AbortSignal },
): Promise<Behaviour> {
  const { name, stage, signal } = work;
  const planned = world.documentOf(name)?.behaviour[stage] ?? [];
  const attempt = world.nextAttempt(`${name} ${stage}`);
  const behaviour: Behaviour = planned[Math.min(attempt, planned.length - 1)] ?? { kind: 'works', ms: 1 };
  world.history.count(`document ${behaviour.kind}`);
  switch (behaviour.kind) {
    case 'works':
    case 'floods':
      await sleep(process.clock, behaviour.ms, signal);
      break;
    case 'fails':
      await sleep(process.clock, behaviour.ms, signal);
      throw new FailureError(behaviour.code);
    case 'hangs':
      await sleep(process.clock, behaviour.ms);
      break;
    case 'kills':
      world.clock.after(0, () => {
        keeper.stop(process, { how: 'kill', forMs: 5000 });
      });
      await sleep(process.clock, 1);
      break;
  }
  return behaviour;
}
