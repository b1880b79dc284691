import type { Connection, KafkaConnection } from '@docfleet/connections';
import type { DocumentCompleted, DocumentFailed } from '@docfleet/contracts';
import { openKafkaLog } from '@docfleet/kafka';
import { openRegistryCodec } from '@docfleet/registry';

/** How a run ended. */
export type End = DocumentCompleted | DocumentFailed;

/** Follows how runs end, without asking the API about each. */
export interface Ends {
  /** Resolves when the run has ended; @throws the signal's reason when it aborts first */
  of(runId: string, signal: AbortSignal): Promise<End>;
  close(): Promise<void>;
}

/** Reads the terminal topics from their beginning and goes on. */
export async function followEnds(options: {
  readonly kafka: KafkaConnection;
  readonly registry: Connection & { readonly url: string };
}): Promise<Ends> {
  const log = openKafkaLog({ ...options.kafka, clientId: 'docfleet-bench' });
  const codec = openRegistryCodec(options.registry);
  const stop = new AbortController();
  const ended = new Map<string, End>();
  const waiting = new Map<string, (end: End) => void>();
  for (const topic of ['documents.completed', 'documents.failed'] as const) {
    await log.follow({
      topic,
      signal: stop.signal,
      onRecord: ({ value }) =>
        void codec.decode(topic, value ?? Buffer.alloc(0)).then((end) => {
          ended.set(end.runId, end);
          waiting.get(end.runId)?.(end);
        }),
    });
  }
  return {
    of: (runId, signal) =>
      new Promise((resolve, reject) => {
        const known = ended.get(runId);
        if (known !== undefined) {
          resolve(known);
          return;
        }
        signal.throwIfAborted();
        signal.addEventListener(
          'abort',
          () => {
            reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
          },
          { once: true },
        );
        waiting.set(runId, (end) => {
          waiting.delete(runId);
          resolve(end);
        });
      }),
    close: async () => {
      stop.abort(new Error('the benchmark has ended'));
      await log.close();
    },
  };
}
