import type { Run } from '@docfleet/contracts';
import { deadLettersIn, outcomesIn, runEventsIn, runsIn, type Session } from '@docfleet/database';
import { toFailure } from '@docfleet/domain';
import { attemptDetail, positionOf, type Moment, type RunFacts, type SourceReport } from './moment.ts';

/** Most dead letters of one run. */
const maxDeadLetters = 100;

/** Moments of a run in the database: its row, its events, the outcomes of its revisions, its redrives. */
export async function readDatabase(
  session: Session,
  runId: string,
): Promise<SourceReport & { readonly run: RunFacts | null }> {
  try {
    const run = await runsIn(session).find(runId);
    const groups = [
      run === undefined ? [] : rowMoments(run),
      (await runEventsIn(session).ofRun(runId)).map((event): Moment => {
        const { at, revision, stage, kind, detail, partition, offset } = event;
        const place = positionOf('documents.events', partition, offset);
        return {
          at,
          from: 'database',
          revision,
          who: stage,
          what: kind,
          detail: attemptDetail(detail),
          place,
        };
      }),
      await outcomeMoments(session, runId, run?.revision ?? 1),
      await redriveMoments(session, runId),
    ];
    return { source: 'database', run: run ?? null, moments: groups.flat() };
  } catch (error) {
    return { source: 'database', run: null, moments: [], trouble: toFailure(error).message };
  }
}

function rowMoments(run: Run): readonly Moment[] {
  const row = { from: 'database', place: 'runs', revision: null } as const;
  const { createdAt, endedAt, submissionDigest, acknowledged, status, failureCode } = run;
  // A row without a digest was inserted by the ledger from records.
  const who = submissionDigest === null ? 'ledger' : 'gateway';
  const detail = acknowledged ? '' : 'not acknowledged by the log';
  return [
    { ...row, at: createdAt, who, what: 'first row', detail },
    ...(status === 'rejected' && endedAt !== null
      ? [{ ...row, at: endedAt, who: 'ledger', what: 'rejected', detail: failureCode ?? '' }]
      : []),
  ];
}

/** Outcomes of all revisions; a run may have one revision more than its row. */
async function outcomeMoments(
  session: Session,
  runId: string,
  revisions: number,
): Promise<readonly Moment[]> {
  const moments: Moment[] = [];
  for (let revision = 1; revision <= revisions + 1; revision += 1) {
    const outcome = await outcomesIn(session).find(runId, revision);
    if (outcome === undefined) continue;
    const { outcomeId, status, home, claimedAt, publishedAt } = outcome;
    const row = { from: 'database', revision, place: 'outcomes' } as const;
    const detail = `${status}, outcome ${outcomeId}, home ${home}`;
    moments.push({ ...row, at: claimedAt, who: 'integration', what: 'claimed its outcome', detail });
    if (publishedAt !== null) {
      moments.push({ ...row, at: publishedAt, who: 'ledger', what: 'marked it published', detail: status });
    }
  }
  return moments;
}

async function redriveMoments(session: Session, runId: string): Promise<readonly Moment[]> {
  const deadLetters = await deadLettersIn(session).list({ runId, limit: maxDeadLetters });
  return deadLetters.flatMap(({ id, redrivenAs, redrivenAt, redrivenBy }): readonly Moment[] =>
    redrivenAs === null || redrivenAt === null
      ? []
      : [
          {
            at: redrivenAt,
            from: 'database',
            revision: redrivenAs,
            who: 'operator',
            what: 'redrove',
            detail: `dead letter ${id}, by ${redrivenBy ?? '-'}`,
            place: 'dead_letters',
          },
        ],
  );
}
