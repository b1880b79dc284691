import type { ClassificationTask } from '@docfleet/contracts';
import { runIdOf, type Lane } from '@docfleet/domain';
import { openKafkaLog } from '@docfleet/kafka';
import { openRegistryCodec } from '@docfleet/registry';
import type { Endpoints } from '@docfleet/stack';

const dayMs = 86_400_000;

export interface StubDocument {
  readonly tenantId: string;
  readonly lane: Lane;
  readonly name: string;
  readonly pageCount?: number;
}

/** Writes documents to the input of the stub, as the previous stage does. */
export interface StubProducer {
  send(documents: readonly StubDocument[]): Promise<void>;
  close(): Promise<void>;
}

/** Records in one call of the log. */
const batch = 500;

export function openStubProducer(endpoints: Endpoints): StubProducer {
  const log = openKafkaLog({ brokers: endpoints.broker.split(','), clientId: 'chaos-stub' });
  const codec = openRegistryCodec({ url: endpoints.registry });
  return {
    async send(documents) {
      for (let at = 0; at < documents.length; at += batch) {
        const records = documents.slice(at, at + batch).map(async (document) => {
          const topic = `classification.tasks.${document.lane}` as const;
          const task = taskOf(document, Date.now());
          return {
            topic,
            key: Buffer.from(task.context.runId),
            value: await codec.encode(topic, task),
            headers: {},
          };
        });
        await log.produce(await Promise.all(records));
      }
    },
    close: () => log.close(),
  };
}

function taskOf({ tenantId, lane, name, pageCount = 1 }: StubDocument, now: number): ClassificationTask {
  const ref = { uri: 's3://docfleet/none', sha256: '0'.repeat(64), mediaType: 'text/plain', sizeBytes: 0 };
  return {
    input: ref,
    manifest: ref,
    readings: ref,
    pageCount,
    context: {
      runId: runIdOf(tenantId, name),
      revision: 1,
      requestId: name,
      documentId: null,
      tenantId,
      lane,
      region: 'local',
      claimDate: new Date(now).toISOString().slice(0, 10),
      acceptedAt: now,
      expiresAt: now + dayMs,
      budgetMs: dayMs,
      usedMs: 0,
      timings: [],
      maxBytes: 1,
      maxPages: 1000,
      maxPagePixels: 1,
      route: 'auto',
      degradation: 'L0',
      spend: 0,
      callbackUrl: null,
      expectations: {},
      fileName: name,
      documentClass: null,
      checks: true,
      round: 0,
      review: 'never',
      fourEyesAbove: null,
    },
  };
}
