import type { CallOptions, Client, Job } from '@docfleet/client';
import { failedFile, resultSchema, type FileResult } from '../read/result.ts';

/**
 * What became of a run, as `docfleet read` gives it: `result.json`, or why there is none. Of a run that waits for a person it
 * is what the machine found so far.
 *
 * @param name of the file, or the run's id where the name is not known
 */
export async function resultOfRun(
  client: Client,
  job: Job,
  name: string,
  options: CallOptions,
): Promise<FileResult> {
  if (job.status === 'in_review') return resultInReview(job, name);
  if (job.status === 'rejected' || job.links.artifacts === null) {
    return failedFile(name, job.failure ?? { code: job.status.toUpperCase(), message: 'It has no result.' });
  }
  const answer = await client.readArtifact({ runId: job.runId, name: 'result.json' }, options);
  return { file: name, ...resultSchema.parse(await answer.json()), tookMs: 0 };
}

/** The job has the documents, and there are no files of a result yet. */
function resultInReview(
  { status, verdict, pageCount, documents, engines, timings }: Job,
  file: string,
): FileResult {
  return {
    ...{ file, status, verdict, failure: null, pageCount },
    documents: documents.map((document) => ({
      ...document,
      findings: document.findings.map((message) => ({ severity: 'review', message })),
      gaps: [...document.gaps],
      fields: document.fields.map(({ page, box, ...field }) => ({
        ...field,
        provenance: { page, box, words: field.value },
      })),
      rows: [],
    })),
    resultHash: '',
    engines: [...engines],
    engineVersions: [],
    timings: timings.map((timing) => ({ ...timing })),
    tookMs: 0,
  };
}
