import { createHash } from 'node:crypto';
import type { DocumentSubmitted } from '@docfleet/contracts';
import { FailureError, mayReadObject, type SourceGrant } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';

export interface FetchedSource {
  readonly bytes: Buffer;
  /** Lower-case hex. */
  readonly sha256: string;
}

/**
 * Reads the submitted document.
 *
 * @throws FailureError `SOURCE_NOT_FOUND` (also for an object that the tenant may not read), `SOURCE_CHANGED` when its
 *   digest is not the submitted one, `DOC_TOO_LARGE`, and what the store throws
 */
export async function fetchSource(
  store: ObjectStore,
  options: {
    readonly task: DocumentSubmitted;
    /** What the tenant's documents may be read from besides its own uploads. */
    readonly grants: readonly SourceGrant[];
    readonly maxBytes: number;
    readonly signal: AbortSignal;
  },
): Promise<FetchedSource> {
  const { task, grants, maxBytes, signal } = options;
  const { uri } = task.source;
  const mayRead = mayReadObject({ uri, tenantId: task.tenantId, fleetBucketUri: store.uriOf(''), grants });
  if (!mayRead) throw new FailureError('SOURCE_NOT_FOUND');
  const bytes = await store.read(uri, { signal, maxBytes });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (task.source.sha256 !== null && task.source.sha256 !== sha256) throw new FailureError('SOURCE_CHANGED');
  return { bytes, sha256 };
}
