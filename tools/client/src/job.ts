import { outcomeStatuses } from '@docfleet/domain';
import { z } from 'zod';

/** A run as the API shows it; only what its callers here look at. */
export const jobSchema = z.object({
  runId: z.string(),
  status: z.enum(['accepted', 'running', 'rejected', ...outcomeStatuses]),
  stage: z.string().nullish(),
  verdict: z.string().nullish(),
  failure: z.object({ code: z.string(), message: z.string() }).nullish(),
  documents: z
    .array(
      z.object({
        index: z.number(),
        documentClass: z.string(),
        confidence: z.number(),
        firstPage: z.number(),
        lastPage: z.number(),
        verdict: z.string().nullish(),
        /** What rules found wrong, in words. */
        findings: z.array(z.string()).default([]),
        /** What was seen or expected and not extracted, in words. */
        gaps: z.array(z.string()).default([]),
        fields: z.array(
          z.object({
            name: z.string(),
            value: z.string(),
            normalised: z.string(),
            confidence: z.number(),
            page: z.number().nullish(),
          }),
        ),
      }),
    )
    .default([]),
  engines: z.array(z.string()).default([]),
  timings: z.array(z.object({ stage: z.string(), queuedMs: z.number(), activeMs: z.number() })).default([]),
});

export type Job = z.infer<typeof jobSchema>;

/** Whether nothing more will happen to the run. */
export function hasEnded(job: Pick<Job, 'status'>): boolean {
  return job.status !== 'accepted' && job.status !== 'running';
}

/** What the API said instead of taking a file. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

const problemSchema = z.object({
  code: z.string(),
  title: z.string().default(''),
  detail: z.string().default(''),
});

/** The problem document's code and sentence, or the bare status of an answer that is none. */
export function refusalOf(status: number, body: string): Refusal {
  try {
    const { code, title, detail } = problemSchema.parse(JSON.parse(body));
    return { code, message: detail === '' ? title : detail };
  } catch {
    return { code: `HTTP ${status}`, message: body.slice(0, 200) };
  }
}
