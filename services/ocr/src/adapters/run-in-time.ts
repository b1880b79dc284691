import { FailureError } from '@docfleet/domain';
import { WorkerTimeoutError } from '@docfleet/workers';

/** Runs a job of a pool. @throws FailureError `TIMEOUT_OCR` when it exceeds its time limit */
export async function runInTime<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof WorkerTimeoutError) throw new FailureError('TIMEOUT_OCR', {}, { cause: error });
    throw error;
  }
}
