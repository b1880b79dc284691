import type { DocumentRejected, StageEvent } from '@docfleet/contracts';
import { connectionProblems, kafkaConnection, registryConnection } from '@docfleet/connections';
import { kafkaSettings, readConfig } from '@docfleet/config';
import { openKafkaLog } from '@docfleet/kafka';
import type { RecordLog } from '@docfleet/record-log';
import { openRegistryCodec } from '@docfleet/registry';
import { proofHeader, signRecord, type SigningKey } from '@docfleet/tenant-proof';
import { documentSubmitted } from '@docfleet/testing';
import { z } from 'zod';

/** A record of a tenant, before it is sent. */
export interface TenantRecord {
  readonly tenantId: string;
  readonly requestId: string | null;
  readonly signedWith?: SigningKey;
  /** How long ago it was signed, in milliseconds. */
  readonly ageMs?: number;
}

/** Writes records to the intake as a tenant does, and reads what became of them. */
export interface TenantRecords {
  /** Sends it `copies` times, byte for byte. */
  send(record: TenantRecord, copies?: number): Promise<void>;
  /** `accepted`, `duplicate` or the code of a refusal, for each record with this requestId, in the order of arrival. */
  fatesOf(requestId: string): readonly string[];
  close(): Promise<void>;
}

const topic = 'documents.normal';

export async function openTenantRecords(
  environment: Readonly<Record<string, string>>,
): Promise<TenantRecords> {
  const settings = readConfig(z.object(kafkaSettings), environment);
  const problems = connectionProblems({ now: Date.now, log: () => undefined });
  const log: RecordLog = openKafkaLog({
    ...kafkaConnection(settings, problems),
    clientId: 'tenant',
    sessionTimeoutMs: 10_000,
  });
  const codec = openRegistryCodec(registryConnection(settings, problems));
  const fates: (readonly [string, string])[] = [];
  const following = new AbortController();
  const note = (requestId: string | null, fate: string): void => {
    if (requestId !== null) fates.push([requestId, fate]);
  };
  const follow = <T extends 'documents.events' | 'documents.rejected'>(
    from: T,
    read: (value: T extends 'documents.events' ? StageEvent : DocumentRejected) => void,
  ): Promise<void> =>
    log.follow({
      topic: from,
      signal: following.signal,
      onRecord: ({ value }) => {
        void codec.decode(from, value ?? Buffer.alloc(0)).then((decoded) => {
          read(decoded as Parameters<typeof read>[0]);
        });
      },
    });
  await Promise.all([
    follow('documents.events', ({ requestId, stage, kind }) => {
      if (stage === 'preprocess' && (kind === 'accepted' || kind === 'duplicate')) note(requestId, kind);
    }),
    follow('documents.rejected', ({ requestId, code }) => {
      note(requestId, code);
    }),
  ]);
  return {
    send: async ({ tenantId, requestId, signedWith, ageMs = 0 }, copies = 1) => {
      const source = { uri: `s3://secure/uploads/${tenantId}/none.pdf`, sha256: null };
      const key = Buffer.from(tenantId);
      const value = await codec.encode(topic, documentSubmitted({ tenantId, requestId, source }));
      const headers: Record<string, string> =
        signedWith === undefined
          ? {}
          : {
              [proofHeader]: signRecord({ topic, tenantId, key, value }, signedWith, Date.now() - ageMs),
            };
      for (let copy = 0; copy < copies; copy += 1) await log.produce([{ topic, key, value, headers }]);
    },
    fatesOf: (requestId) => fates.filter(([id]) => id === requestId).map(([, fate]) => fate),
    close: async () => {
      following.abort(new Error('done'));
      await log.close();
    },
  };
}
