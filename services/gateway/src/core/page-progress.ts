import type { PageProgress, Run } from '@docfleet/contracts';
import { pagedStages } from '@docfleet/domain';

/** Most pages that a document can have in a record that is believed. */
const maxPages = 100_000;

/**
 * Whether a record of `documents.progress` has sensible values. Anybody who may write there can write anything, so it decides
 * nothing: it is shown beside the run that it names, as long as that run is in this stage.
 */
export function isSensible({ runId, revision, stage, pagesDone, pageCount }: PageProgress): boolean {
  return (
    /^[0-9a-f-]{36}$/.test(runId) &&
    revision >= 1 &&
    pagedStages.some((each) => each === stage) &&
    pagesDone >= 0 &&
    pageCount <= maxPages &&
    (pageCount === 0 ? pagesDone === 0 : pagesDone <= pageCount)
  );
}

/** Whether one record is of an earlier stage of the same revision than the other. */
export function isEarlier(one: PageProgress, other: PageProgress): boolean {
  const [stage, otherStage] = [one, other].map((each) =>
    pagedStages.findIndex((name) => name === each.stage),
  );
  return one.revision === other.revision && (stage ?? 0) < (otherStage ?? 0);
}

/** The pages that are done of a run; null for another run, revision or stage than the one that has it. */
export function pagesOf(
  run: Pick<Run, 'tenantId' | 'revision' | 'stage' | 'endedAt'>,
  progress: PageProgress | undefined,
): PageProgress | null {
  if (progress === undefined || run.endedAt !== null) return null;
  const { tenantId, revision, stage } = progress;
  const isOfRun = tenantId === run.tenantId && revision === run.revision;
  return isOfRun && stage === (run.stage ?? pagedStages[0]) ? progress : null;
}
