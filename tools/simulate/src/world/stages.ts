import type { ObjectRef, TopicName, TopicValues, ValidationTask } from '@docfleet/contracts';
import { defaultLimits, FailureError, partitionName, sleep } from '@docfleet/domain';
import { integrationStage, objectResults, terminalLog } from '@docfleet/integration';
import { preprocessStage, wellFormedTenant, type PageRenderer } from '@docfleet/preprocess';
import { done, endRun, next, type Stage, type StageContext, type StageResult } from '@docfleet/stage';
import type { Behaviour, WorkStage } from '../plan/plan.ts';
import { contextOf } from './context.ts';
import { copyClaimedElsewhere } from './elsewhere.ts';
import { nameIn } from './document-bytes.ts';
import { storeOf, uriOf } from './memory-store.ts';
import { fenceOf } from './outcomes.ts';
import type { ProcessKeeper, SimulatedProcess } from './process.ts';
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
  switch (parts.process.stage) {
    case 'preprocess':
      return instrument(parts, preprocess(parts)) as Stage;
    case 'ocr':
      return instrument(parts, ocr(parts)) as Stage;
    case 'classification':
      return instrument(parts, classification(parts)) as Stage;
    case 'extraction':
      return instrument(parts, extraction(parts)) as Stage;
    case 'validation':
      return instrument(parts, validation(parts)) as Stage;
    case 'integration':
      return instrument(parts, integration(parts)) as Stage;
  }
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
      const end = monitor.begin(process, context, stage.maxConcurrentRuns);
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
    proof: wellFormedTenant,
    defaults: { region: 'local', limits: defaultLimits, route: 'auto' },
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
      };
      return { pageCount: 1, pages: [page], tooSmall: 0 };
    },
    isHealthy: () => Promise.resolve(true),
  };
}

function ocr(parts: StageParts): Stage<'ocr.tasks.normal'> {
  return workStage<'ocr.tasks.normal'>(parts, 'ocr', (task, readings) => [
    next('classification.tasks', task.context, (context) => ({ ...task, context, readings })),
  ]);
}

function classification(parts: StageParts): Stage<'classification.tasks.normal'> {
  return workStage<'classification.tasks.normal'>(parts, 'classification', (task, found) => [
    next('extraction.tasks', task.context, (context) => ({
      ...task,
      context,
      readings: found,
      documents: [],
    })),
  ]);
}

function extraction(parts: StageParts): Stage<'extraction.tasks.normal'> {
  return workStage<'extraction.tasks.normal'>(parts, 'extraction', (task, fields) => [
    next('validation.tasks', task.context, (context) => ({ ...task, context, fields })),
  ]);
}

function validation(parts: StageParts): Stage<'validation.tasks.normal'> {
  return {
    ...common(parts, 'validation'),
    runOf: (task: ValidationTask) => task.context,
    handle: async (task: ValidationTask, context: StageContext) => {
      await behaveFor(parts, 'validation', context);
      const { input, pageCount } = task;
      return endRun({
        status: 'completed',
        verdict: 'approve',
        failure: null,
        input,
        results: {},
        pageCount,
      });
    },
  };
}

function workStage<F extends `${'ocr' | 'classification' | 'extraction'}.tasks.normal`>(
  parts: StageParts,
  name: 'ocr' | 'classification' | 'extraction',
  outputs: (task: TopicValues[F], result: ObjectRef) => Extract<StageResult, { kind: 'done' }>['outputs'],
): Stage<F> {
  return {
    ...common(parts, name),
    runOf: (task) => task.context,
    handle: async (task, context) => {
      const behaviour = await behaveFor(parts, name, context);
      const result: ObjectRef = {
        uri: behaviour.kind === 'floods' ? uriOf('x'.repeat(300_000)) : uriOf(`${name}.json`),
        sha256: '',
        mediaType: 'application/json',
        sizeBytes: 1,
      };
      return done(outputs(task, result), task.pageCount);
    },
  };
}

const timeouts = {
  ocr: { timeoutMs: 120_000, timeoutCode: 'TIMEOUT_OCR' },
  classification: { timeoutMs: 120_000, timeoutCode: 'TIMEOUT_LLM' },
  extraction: { timeoutMs: 120_000, timeoutCode: 'TIMEOUT_LLM' },
  validation: { timeoutMs: 30_000, timeoutCode: 'TIMEOUT_VALIDATE' },
} as const;

function common<N extends keyof typeof timeouts>(
  { world }: StageParts,
  name: N,
): Omit<Stage, 'name' | 'runOf' | 'handle' | 'timeoutMs'> & { name: N; timeoutMs: () => number } {
  const { timeoutMs, timeoutCode } = timeouts[name];
  return {
    name,
    version: '1',
    maxConcurrentRuns: world.plan.slots,
    timeoutMs: () => timeoutMs,
    timeoutCode,
    acceptsRuns: false,
    retries: 'topics',
    restartWhenInDoubt: false,
    cancellable: true,
  };
}

function integration(parts: StageParts): Stage<'integration.tasks.normal'> {
  const { world, process } = parts;
  const stage = integrationStage(
    {
      fence: fenceOf({
        outcomes: world.outcomes,
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
    { maxConcurrentRuns: world.plan.slots },
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
