import type { JobSummary } from '@docfleet/client';
import { useTexts } from '../strings/strings.ts';

/** How far a document has come: a mark for each stage, and the same in words. */
export function Stages({ job }: { readonly job: Pick<JobSummary, 'progress' | 'stage' | 'endedAt'> }) {
  const { t } = useTexts();
  const { stagesDone, stagesTotal } = job.progress;
  const isOpen = job.endedAt === null;
  const name = job.stage === null ? undefined : (t.stage[job.stage] ?? job.stage);
  return (
    <span className="stages">
      <span className="stage-marks" aria-hidden="true">
        {Array.from({ length: stagesTotal }, (_, index) => {
          const isNow = isOpen && index === stagesDone;
          return <i key={index} className={index < stagesDone ? 'done' : isNow ? 'now' : ''} />;
        })}
      </span>
      <span>
        {isOpen && name !== undefined ? `${name}, ` : ''}
        {t.progress.stages(stagesDone, stagesTotal)}
      </span>
    </span>
  );
}
