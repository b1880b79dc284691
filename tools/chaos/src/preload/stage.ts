import { type RunnerOptions, type RunningStage, startStage as startRealStage } from '@docfleet/stage';
import type { TopicName } from '@docfleet/contracts';
import { notify } from './boundary.ts';

export * from '@docfleet/stage';

/** The runtime, which reports every document that the stage starts. */
export function startStage<F extends TopicName>(options: RunnerOptions<F>): Promise<RunningStage> {
  const { stage } = options;
  const handle: typeof stage.handle = (task, context) => {
    notify({ kind: 'beginning', work: `${stage.name} ${context.run.runId} attempt ${context.attempt}` });
    return stage.handle(task, context);
  };
  return startRealStage({ ...options, stage: { ...stage, handle } });
}
