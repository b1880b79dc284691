import type { RecordCodec, StageEvent, TopicName, TopicValues } from '@docfleet/contracts';
import type { ObjectRef } from '@docfleet/domain';
import type { RecordLog } from '@docfleet/record-log';

/** How a submission ended: as a run with a bundle, or refused before it was one. */
export type SubmissionEnding =
  | { readonly kind: 'ended'; readonly bundle: ObjectRef }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string };

/** Tells how submissions end, by their requestId. */
export interface Endings {
  /** To be called before the submission is written. */
  of(requestId: string): Promise<SubmissionEnding>;
}

/**
 * Follows the topics on which submissions end, and the events before that. Each submission ends once, as those topics
 * promise; resolves when everything that comes will be seen.
 */
export async function followEndings(options: {
  readonly recordLog: Pick<RecordLog, 'follow'>;
  readonly codec: Pick<RecordCodec, 'decode'>;
  readonly onEvent: (event: StageEvent) => void;
  /** Takes what a record could not be decoded for. */
  readonly onFailure: (error: unknown) => void;
  readonly signal: AbortSignal;
}): Promise<Endings> {
  const { recordLog, codec, onEvent, onFailure, signal } = options;
  const waiting = new Map<string, (ending: SubmissionEnding) => void>();
  const end = (requestId: string | null, ending: SubmissionEnding): void => {
    waiting.get(requestId ?? '')?.(ending);
    waiting.delete(requestId ?? '');
  };
  const follow = <T extends TopicName>(topic: T, take: (value: TopicValues[T]) => void): Promise<void> =>
    recordLog.follow({
      topic,
      signal,
      onRecord: ({ value }) => {
        codec
          .decode(topic, value ?? Buffer.alloc(0))
          .then(take)
          .catch(onFailure);
      },
    });
  await Promise.all([
    follow('documents.completed', ({ requestId, bundle }) => {
      end(requestId, { kind: 'ended', bundle });
    }),
    follow('documents.failed', ({ requestId, bundle }) => {
      end(requestId, { kind: 'ended', bundle });
    }),
    follow('documents.rejected', ({ requestId, code, message }) => {
      end(requestId, { kind: 'rejected', code, message });
    }),
    follow('documents.events', onEvent),
  ]);
  return {
    of: (requestId) => {
      const { promise, resolve } = Promise.withResolvers<SubmissionEnding>();
      waiting.set(requestId, resolve);
      return promise;
    },
  };
}
