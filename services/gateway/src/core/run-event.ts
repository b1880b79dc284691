import type { PageProgress, RunHistoryEntry } from '@docfleet/contracts';
import { isoOf } from '@docfleet/domain';
import { z } from 'zod';
import type { StreamEvent } from './stream-event.ts';

const ofRun = { runId: z.string(), revision: z.int() };

/** The data of each kind of event in a stream of jobs, by the name of the event. */
export const jobEventSchemas = {
  stage: z
    .object({
      ...ofRun,
      stage: z.string(),
      kind: z.string().describe('accepted, finished, retrying, ending, dead_lettered, skipped or duplicate'),
      attempt: z.int(),
      code: z.string().nullable().describe('Why it is tried again or ends.'),
      at: z.iso.datetime(),
    })
    .meta({ id: 'JobStageEvent' }),
  progress: z
    .object({ ...ofRun, stage: z.string(), pagesDone: z.int(), pageCount: z.int() })
    .meta({ id: 'JobProgressEvent' }),
  ended: z
    .object({
      ...ofRun,
      status: z.string(),
      code: z.string().nullable(),
      at: z.iso.datetime(),
      job: z.string().describe('Address of the job.'),
    })
    .meta({ id: 'JobEndedEvent' }),
} as const;

/**
 * An event as it is sent. Its data are the text of a JSON object, whose schema the name of the event tells; without an
 * id, it is not kept.
 */
export const sentEventSchema = z
  .union([
    ...Object.entries(jobEventSchemas).map(([event, data]) =>
      sentEvent(event, { $ref: `#/components/schemas/${z.globalRegistry.get(data)?.id ?? ''}` }),
    ),
    ...['reset', 'closing'].map((event) => sentEvent(event, { type: 'object' })),
  ])
  .meta({
    id: 'SentEvent',
    examples: [
      {
        event: 'progress',
        data: '{"runId":"5f0c7d6e-3f0a-5d0b-9a43-2f6a1c9be001","revision":1,"stage":"ocr","pagesDone":2,"pageCount":3}',
      },
    ],
  });

function sentEvent(event: string, contentSchema: object) {
  return z.object({
    event: z.literal(event),
    id: z.string().regex(/^\d+$/).optional(),
    data: z.string().meta({ contentMediaType: 'application/json', contentSchema }),
  });
}

type JobEvent = {
  [Name in keyof typeof jobEventSchemas]: {
    readonly event: Name;
    readonly data: z.infer<(typeof jobEventSchemas)[Name]>;
  };
}[keyof typeof jobEventSchemas];

/** An entry of the history of a run, as its event. */
export function eventOfEntry(entry: RunHistoryEntry): StreamEvent & JobEvent & { readonly id: bigint } {
  const { number: id, runId, revision, stage, kind, detail } = entry;
  const [at, code] = [isoOf(entry.at), detail.code];
  if (kind === 'ended') {
    const data = { runId, revision, status: detail.status ?? 'failed', code, at, job: `/v1/jobs/${runId}` };
    return { event: 'ended', id, data };
  }
  return {
    event: 'stage',
    id,
    data: { runId, revision, stage, kind, attempt: detail.attempt ?? 1, code, at },
  };
}

/** How many pages of a job are done, as an event, which is not kept. */
export function eventOfPages({
  runId,
  revision,
  stage,
  pagesDone,
  pageCount,
}: PageProgress): StreamEvent & JobEvent {
  return { event: 'progress', data: { runId, revision, stage, pagesDone, pageCount } };
}
