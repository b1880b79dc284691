import { reviewTasksIn } from '@docfleet/database';
import { FailureError, type ObjectRef, type PageManifest, type PageReading } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import type { AsCaller } from '../adapters/caller-session.ts';
import type { ReviewReadings } from '../adapters/review-readings.ts';
import { pageFileName } from '../core/artifacts.ts';
import { found } from '../core/found.ts';
import type { FoundArtifact } from '../run-artifacts.ts';
import type { Reviewer } from './people.ts';

export interface ReviewPagesOptions {
  readonly asCaller: AsCaller;
  readonly store: Pick<ObjectStore, 'readJson'>;
  readonly readings: ReviewReadings;
}

/** A page of a task; its image is served by `image`. */
export interface ReviewPage {
  readonly page: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly isRead: boolean;
}

/** The pages of a run that waits: it has no bundle yet, so they are read from what the stages wrote. */
export interface ReviewPages {
  /** @throws FailureError `NOT_FOUND`, as the following do */
  list(caller: Reviewer, taskId: string): Promise<readonly ReviewPage[]>;
  image(caller: Reviewer, taskId: string, page: number): Promise<FoundArtifact>;
  words(caller: Reviewer, taskId: string, page: number): Promise<PageReading>;
}

/** How long the manifest may take to be read, in milliseconds. */
const timeoutMs = 20_000;

export function createReviewPages({ asCaller, store, readings }: ReviewPagesOptions): ReviewPages {
  const resultsOf = async (caller: Reviewer, taskId: string): Promise<Readonly<Record<string, ObjectRef>>> =>
    asCaller(caller, async (session) => found(await reviewTasksIn(session).find(taskId)).results);
  const pagesOf = async ({
    manifest,
  }: Readonly<Record<string, ObjectRef>>): Promise<PageManifest['pages']> => {
    const { uri } = found(manifest);
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      return (await store.readJson(uri, (value) => value as PageManifest, signal)).pages;
    } catch (error) {
      // Retention deletes objects before rows.
      if (error instanceof FailureError && error.code === 'SOURCE_NOT_FOUND')
        throw new FailureError('NOT_FOUND');
      throw error;
    }
  };
  return {
    list: async (caller, taskId) => {
      const results = await resultsOf(caller, taskId);
      const [pages, read] = await Promise.all([pagesOf(results), readings.of(results['readings'])]);
      return pages.map(({ page, widthPx, heightPx }) => ({
        ...{ page, widthPx, heightPx },
        isRead: read.some((each) => each.page === page),
      }));
    },
    image: async (caller, taskId, page) => {
      const pages = await pagesOf(await resultsOf(caller, taskId));
      const { uri, mediaType, sha256 } = found(pages.find((each) => each.page === page)).image;
      return { uri, mediaType, fileName: pageFileName(page, mediaType), sha256 };
    },
    words: async (caller, taskId, page) => {
      const read = await readings.of((await resultsOf(caller, taskId))['readings']);
      return found(read.find((each) => each.page === page));
    },
  };
}
