import type { RunContext } from '@docfleet/contracts';
import { lanes, type StageName } from '@docfleet/domain';
import type { Conclusion, StageLog, StageObserver } from '@docfleet/stage';
import type { Log, Metrics, StageOutcome, Tracing } from '@docfleet/telemetry';

/** Seconds, from a transaction on an idle broker to the one that is in doubt after 20. */
const commitBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20];

/** Seconds, to the time limit of fetching a document. */
const partBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Exports events of the runtime as metrics, logs and traces. */
export function observeStage(options: {
  readonly stage: StageName;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}): StageObserver {
  const { stage, log, metrics, tracing } = options;
  const commits = metrics.counter('docfleet_commits_total', 'Committed transactions.');
  const commitDuration = metrics.histogram({
    name: 'docfleet_commit_duration_seconds',
    help: 'Time of one committed transaction: results, source offsets and the answer of the broker.',
    labels: ['stage'],
    buckets: commitBuckets,
  });
  const partDuration = metrics.histogram({
    name: 'docfleet_stage_part_duration_seconds',
    help: 'Active time of a named part of a stage, such as fetching the document.',
    labels: ['stage', 'part'],
    buckets: partBuckets,
  });
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
  const softLimits = metrics.counter(
    'docfleet_soft_limit_total',
    'Executions that used 90 % of a time limit, by the code of exceeding it.',
    ['stage', 'limit'],
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
    concluded: ({ lane, kind, code, activeMs, worked, runId, parts }) => {
      if (worked) metrics.stageInFlight.dec({ stage, lane });
      metrics.stageDuration.observe(
        { stage, lane, outcome: outcomeOf[kind] },
        activeMs / 1000,
        runId ?? undefined,
      );
      for (const part of parts)
        partDuration.observe({ stage, part: part.name }, part.activeMs / 1000, runId ?? undefined);
      if (code === null) return;
      metrics.errors.inc({ stage, lane, code });
      if (code.startsWith('TIMEOUT_')) metrics.timeouts.inc({ stage, lane, code });
      if (kind === 'retryTopic') metrics.retries.inc({ stage, lane, code });
      if (kind === 'deadLetter') metrics.deadLetters.inc({ stage, lane, code });
    },
    softLimit: ({ limit }) => {
      softLimits.inc({ stage, limit });
    },
    loaded: ({ records, bytes }) => {
      metrics.windowRecords.set({ stage }, records);
      metrics.windowBytes.set({ stage }, bytes);
    },
    committed: (facts) => {
      commits.inc({});
      steps.inc({}, facts.steps);
      commitDuration.observe({ stage }, facts.ms / 1000);
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
