import { FailureError, type Clock } from '@docfleet/domain';
import type { Metrics } from '@docfleet/telemetry';
import { Readable } from 'node:stream';
import { RefusedRequest } from '../core/problem.ts';

/** How many streams may be open at one gateway. */
export interface StreamLimits {
  readonly perCaller: number;
  readonly inAll: number;
}

/** The streams of events that are open at this gateway. */
export interface EventStreams {
  /**
   * Counts a stream of a caller until the returned function is called.
   *
   * @throws FailureError `RATE_LIMITED` when the caller has too many, `SERVICE_UNAVAILABLE` when the gateway has
   */
  open(caller: string): () => void;
  readonly size: number;
}

export function eventStreams({
  perCaller,
  inAll,
  metrics,
}: StreamLimits & { readonly metrics: Pick<Metrics, 'gauge'> }): EventStreams {
  const open = metrics.gauge('docfleet_event_streams', 'Streams of events that are open.');
  const counts = new Map<string, number>();
  let size = 0;
  return {
    open: (caller) => {
      const own = counts.get(caller) ?? 0;
      if (own >= perCaller) {
        const message = `${perCaller} are open at this gateway, as many as one caller may have; close one first`;
        throw new RefusedRequest('RATE_LIMITED', [{ path: 'streams', message }]);
      }
      if (size >= inAll) throw new FailureError('SERVICE_UNAVAILABLE');
      counts.set(caller, own + 1);
      size += 1;
      open.set({}, size);
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        size -= 1;
        open.set({}, size);
        const left = (counts.get(caller) ?? 1) - 1;
        if (left === 0) counts.delete(caller);
        else counts.set(caller, left);
      };
    },
    get size() {
      return size;
    },
  };
}

/** Bytes of a stream that wait for its client at most, besides those of the system's socket. */
const maxWaitingBytes = 16 * 1024;

/**
 * The texts as a stream of bytes. Nothing more is made of them while the client does not take what was made; after `slowMs`
 * without taking anything the stream is given up, and the client resumes after the last event that reached it.
 */
export function readableOf(
  texts: AsyncGenerator<string>,
  { slowMs, clock }: { readonly slowMs: number; readonly clock: Clock },
): Readable {
  const guarded = async function* (): AsyncGenerator<Buffer> {
    for await (const text of texts) {
      const cancel = clock.after(slowMs, () => {
        readable.destroy();
      });
      try {
        yield Buffer.from(text);
      } finally {
        cancel();
      }
    }
  };
  const readable = Readable.from(guarded(), { objectMode: false, highWaterMark: maxWaitingBytes });
  return readable;
}
