import type { CallOptions, Client, Job } from '@docfleet/client';
import { failedFile, resultSchema, type FileResult } from '../read/result.ts';

/**
 * What became of a run, as `docfleet read` gives it: `result.json`, or why there is none.
 *
 * @param name of the file, or the run's id where the name is not known
 */
export async function resultOfRun(
  client: Client,
  job: Job,
  name: string,
  options: CallOptions,
): Promise<FileResult> {
  if (job.status === 'rejected' || job.links.artifacts === null) {
    return failedFile(name, job.failure ?? { code: job.status.toUpperCase(), message: 'It has no result.' });
  }
  const answer = await client.readArtifact({ runId: job.runId, name: 'result.json' }, options);
  return { file: name, ...resultSchema.parse(await answer.json()), tookMs: 0 };
}
