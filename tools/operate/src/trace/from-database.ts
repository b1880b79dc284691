import type { Run } from '@docfleet/contracts';
import { deadLettersIn, outcomesIn, runEventsIn, runsIn, type Session } from '@docfleet/database';
import { toFailure } from '@docfleet/domain';
import { attemptDetail, placeOf, type Moment, type RunFacts, type Testimony } from './moment.ts';

/** Dead letters of one run that are shown at most. */
const maxLetters = 100;

/** What the database says of a run: its row, its history, how its revisions end, what was sent again. */
export async function askDatabase(
  session: Session,
  runId: string,
): Promise<Testimony & { readonly run: RunFacts | null }> {
  try {
    const run = await runsIn(session).find(runId);
    const told = [
      run === undefined ? [] : rowMoments(run),
      (await runEventsIn(session).ofRun(runId)).map((event): Moment => {
        const { at, revision, stage, kind, detail, partition, offset } = event;
        const place = placeOf('documents.events', partition, offset);
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
    return { source: 'database', run: run ?? null, moments: told.flat() };
  } catch (error) {
    return { source: 'database', run: null, moments: [], trouble: toFailure(error).message };
  }
}

function rowMoments(run: Run): readonly Moment[] {
  const row = { from: 'database', place: 'runs', revision: null } as const;
  const { createdAt, endedAt, submissionDigest, acknowledged, status, failureCode } = run;
  // A row without digest was made by the ledger from what the log says.
  const who = submissionDigest === null ? 'ledger' : 'gateway';
  const detail = acknowledged ? '' : 'not acknowledged by the log';
  return [
    { ...row, at: createdAt, who, what: 'first row', detail },
    ...(status === 'rejected' && endedAt !== null
      ? [{ ...row, at: endedAt, who: 'ledger', what: 'rejected', detail: failureCode ?? '' }]
      : []),
  ];
}

/** A run may have one revision more than its row tells of. */
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
      moments.push({ ...row, at: publishedAt, who: 'ledger', what: 'saw it published', detail: status });
    }
  }
  return moments;
}

async function redriveMoments(session: Session, runId: string): Promise<readonly Moment[]> {
  const letters = await deadLettersIn(session).list({ runId, limit: maxLetters });
  return letters.flatMap(({ id, redrivenAs, redrivenAt, redrivenBy }): readonly Moment[] =>
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
