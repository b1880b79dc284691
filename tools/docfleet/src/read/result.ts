import { z } from 'zod';

const provenance = z.looseObject({ page: z.number(), words: z.string() });

/** What is printed of `result.json`, which integration writes. */
export const resultSchema = z.object({
  status: z.string(),
  verdict: z.enum(['approve', 'review', 'reject']).nullable(),
  failure: z.looseObject({ code: z.string(), message: z.string() }).nullable(),
  pageCount: z.number(),
  documents: z.array(
    z.looseObject({
      index: z.number(),
      documentClass: z.string(),
      confidence: z.number(),
      firstPage: z.number(),
      lastPage: z.number(),
      verdict: z.string().nullable(),
      findings: z.array(z.looseObject({ severity: z.string(), message: z.string() })),
      gaps: z.array(z.string()),
      fields: z.array(
        z.looseObject({
          name: z.string(),
          value: z.string(),
          normalised: z.string(),
          confidence: z.number(),
          provenance,
        }),
      ),
      rows: z.array(
        z.looseObject({ group: z.string(), cells: z.record(z.string(), z.string()), provenance }),
      ),
    }),
  ),
  resultHash: z.string(),
  engines: z.array(z.string()),
  engineVersions: z.array(z.string()),
  timings: z.array(z.looseObject({ stage: z.string(), queuedMs: z.number(), activeMs: z.number() })),
});

/** What became of one file: what its run ended with, or why it was none. */
export interface FileResult extends z.infer<typeof resultSchema> {
  /** As the person named it. */
  readonly file: string;
  /** From the start of its reading, in milliseconds. */
  readonly tookMs: number;
}

/** A file that no run came of. */
export function failedFile(
  file: string,
  { code, message }: { readonly code: string; readonly message: string },
): FileResult {
  return {
    file,
    status: 'failed',
    verdict: null,
    failure: { code, message },
    pageCount: 0,
    documents: [],
    resultHash: '',
    engines: [],
    engineVersions: [],
    timings: [],
    tookMs: 0,
  };
}
