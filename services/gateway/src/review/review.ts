import { documentClasses, type Pool } from '@docfleet/contracts';
import type { Clock } from '@docfleet/domain';
import type { ObjectStore } from '@docfleet/objects';
import { namesOf } from '@docfleet/review-work';
import type { Metrics } from '@docfleet/telemetry';
import type { AsCaller } from '../adapters/caller-session.ts';
import { reviewMetrics } from '../adapters/review-metrics.ts';
import { reviewReadings } from '../adapters/review-readings.ts';
import { createReviewChanges, type ReviewChanges } from './review-changes.ts';
import { createReviewDecisions, type ReviewDecisions } from './review-decisions.ts';
import { createReviewPages, type ReviewPages } from './review-pages.ts';
import { createReviewQueue, type ReviewQueue } from './review-tasks.ts';

export interface ReviewOptions {
  readonly asCaller: AsCaller;
  readonly store: Pick<ObjectStore, 'readJson' | 'createOnce' | 'uriOf'>;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'counter' | 'histogram'>;
  readonly pools: readonly Pool[];
  /** Time that a claim lasts, in milliseconds. */
  readonly leaseMs: number;
  /** Time that a round may last, in milliseconds. */
  readonly runExpiryMs: number;
  /** Called when a record waits to be sent. */
  readonly onOutbox: () => void;
}

/** What people do with results that the machine doubts (H-01). */
export interface Review {
  readonly queue: ReviewQueue;
  readonly changes: ReviewChanges;
  readonly decisions: ReviewDecisions;
  readonly pages: ReviewPages;
  /** Names of the classes that a document may get. */
  readonly classes: readonly string[];
}

export function createReview(options: ReviewOptions): Review {
  const { metrics, ...parts } = options;
  const shared = { ...parts, classes: documentClasses, readings: reviewReadings(options.store) };
  const { onChanged, onDecided } = reviewMetrics(metrics);
  return {
    queue: createReviewQueue(shared),
    changes: createReviewChanges({ ...shared, onChanged }),
    decisions: createReviewDecisions({ ...shared, onDecided }),
    pages: createReviewPages(shared),
    classes: namesOf(shared),
  };
}
