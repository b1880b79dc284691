import type { RunContext } from '@docfleet/contracts';
import { lanes, type StageName } from '@docfleet/domain';
import type { Conclusion, StageLog, StageObserver } from '@docfleet/stage';
import type { Log, Metrics, StageOutcome, Tracing } from '@docfleet/telemetry';

/** Exports events of the runtime as metrics, logs and traces. */
export function observeStage(options: {
  readonly stage: StageName;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}): StageObserver {
  const { stage, log, metrics, tracing } = options;
  const commits = metrics.counter('docfleet_commits_total', 'Committed transactions.');
  const steps = metrics.counter('docfleet_committed_steps_total', 'Committed steps (records).');
  const doubts = metrics.counter(
    'docfleet_commits_in_doubt_total',
    'Commits in doubt, by whether they had happened.',
    ['happened'],
  );
  const unreadable = metrics.counter(
    'docfleet_unreadable_metadata_total',
    'Offset metadata that could not be parsed.',
  );
  for (const lane of lanes) metrics.stageInFlight.set({ stage, lane }, 0);

  return {
    logOf: (run) => (run === null ? stageLogOf(log) : stageLogOf(log.child(fieldsOf(run, stage)))),
    started: ({ lane, queuedMs }) => {
      metrics.stageInFlight.inc({ stage, lane });
      metrics.stageDwell.observe({ stage, lane }, queuedMs / 1000);
    },
    handedBack: ({ lane }) => {
      metrics.stageInFlight.dec({ stage, lane });
    },
    concluded: ({ lane, kind, code, activeMs, worked }) => {
      if (worked) metrics.stageInFlight.dec({ stage, lane });
      metrics.stageDuration.observe({ stage, lane, outcome: outcomeOf[kind] }, activeMs / 1000);
      if (code === null) return;
      metrics.errors.inc({ stage, lane, code });
      if (code.startsWith('TIMEOUT_')) metrics.timeouts.inc({ stage, lane, code });
      if (kind === 'retryTopic') metrics.retries.inc({ stage, lane, code });
      if (kind === 'deadLetter') metrics.deadLetters.inc({ stage, lane, code });
    },
    loaded: ({ records, bytes }) => {
      metrics.windowRecords.set({ stage }, records);
      metrics.windowBytes.set({ stage }, bytes);
    },
    committed: (facts) => {
      commits.inc({});
      steps.inc({}, facts.steps);
    },
    doubted: ({ happened }) => {
      doubts.inc({ happened: String(happened) });
    },
    unreadableMetadata: () => {
      unreadable.inc({});
    },
    inSpan: (run, traceparent, work) => {
      const { runId, lane, timings } = run;
      const attempt = timings.filter((timing) => timing.stage === stage).length + 1;
      const parent = traceparent === null ? {} : { traceparent };
      return tracing.withStageSpan({ runId, stage, lane, attempt, ...parent }, (span) =>
        work(span.traceparent),
      );
    },
  };
}

const outcomeOf: Readonly<Record<Conclusion['kind'], StageOutcome>> = {
  done: 'done',
  skipped: 'skipped',
  duplicate: 'duplicate',
  rejected: 'rejected',
  retryTopic: 'retried',
  endRun: 'ended',
  expired: 'ended',
  deadLetter: 'dead_lettered',
  moved: 'moved',
};

function fieldsOf(run: RunContext, stage: StageName): Parameters<Log['child']>[0] {
  return {
    runId: run.runId,
    revision: run.revision,
    requestId: run.requestId ?? undefined,
    tenant: run.tenantId,
    stage,
    lane: run.lane,
  };
}

function stageLogOf(log: Log): StageLog {
  return {
    info: (message, facts) => {
      log.info(message, facts);
    },
    warn: (message, facts) => {
      log.warn(message, facts);
    },
    error: (message, error) => {
      log.error(message, error);
    },
  };
}
