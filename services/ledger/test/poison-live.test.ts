import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { DocumentRejected, DocumentSubmitted, TopicName } from '@docfleet/contracts';
import { migrate, openDatabase, runsIn, setAsideRecordsIn, type Database } from '@docfleet/database';
import { runIdOf, systemClock } from '@docfleet/domain';
import { openKafkaLog } from '@docfleet/kafka';
import type { RecordLog } from '@docfleet/record-log';
import { openRegistryCodec } from '@docfleet/registry';
import { createLog } from '@docfleet/telemetry';
import { proofHeader, proofModes, signRecord, writePublicKey, type SigningKey } from '@docfleet/tenant-proof';
import {
  createScratchDatabase,
  documentSubmitted,
  endpoints,
  until,
  type ScratchDatabase,
} from '@docfleet/testing';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ExceptionalRecord } from '../src/adapters/isolate-records.ts';
import { createReadModelWriter } from '../src/adapters/read-model-writer.ts';
import type { Reader } from '@docfleet/projection';
import { startReader } from '../src/adapters/reader.ts';
import { completedOf } from './facts.ts';
import { startService } from './fleet-process.ts';

/* One tenant sends what no store keeps, by the topics that it may write to; another works meanwhile. */

const codec = openRegistryCodec({ url: endpoints().registry });
/** The fleet's key, which proves records of every tenant. */
const fleetKey = generateKeyPairSync('ed25519');
const signingKey: SigningKey = {
  keyId: 'fleet.test',
  algorithm: 'ed25519',
  privateKey: fleetKey.privateKey,
};
let attacker: string;
let neighbour: string;
const log = createLog({ service: 'test', level: 'silent' });
const rejections: DocumentRejected[] = [];
const exceptional: ExceptionalRecord[] = [];
const following = new AbortController();

let scratch: ScratchDatabase;
let database: Database;
let recordLog: RecordLog;
let reader: Reader;

beforeAll(async () => {
  scratch = await createScratchDatabase(endpoints().postgres, migrate);
  database = openDatabase(scratch.url);
  recordLog = openKafkaLog({
    brokers: [endpoints().broker],
    clientId: 'poison-live',
    sessionTimeoutMs: 10_000,
  });
  reader = await startReader({
    recordLog,
    codec,
    writer: createReadModelWriter(database, systemClock),
    clock: systemClock,
    log,
    onExceptional: (records) => exceptional.push(...records),
    onDoubled: () => undefined,
    onLost: () => undefined,
  });
  await recordLog.follow({
    topic: 'documents.rejected',
    signal: following.signal,
    onRecord: ({ value }) => {
      void codec.decode('documents.rejected', value ?? Buffer.alloc(0)).then((rejection) => {
        rejections.push(rejection);
      });
    },
  });
}, 180_000);

afterAll(async () => {
  following.abort(new Error('done'));
  await reader.close();
  await recordLog.close();
  await database.close();
  await scratch.drop();
}, 60_000);

async function submit(facts: Partial<DocumentSubmitted>, replace?: (bytes: Buffer) => Buffer): Promise<void> {
  const topic = 'documents.urgent';
  const source = { uri: `s3://docfleet/uploads/${facts.tenantId ?? attacker}/none.pdf`, sha256: null };
  const bytes = await codec.encode(topic, documentSubmitted({ tenantId: attacker, source, ...facts }));
  const tenantId = facts.tenantId ?? attacker;
  await send(topic, tenantId, replace?.(bytes) ?? bytes, tenantId);
}

/** Validly signed, where it is a submission: what is refused is not refused for want of a proof. */
const send = (topic: TopicName, key: string, value: Buffer, tenantId?: string): Promise<void> =>
  recordLog.produce([
    {
      topic,
      key: Buffer.from(key),
      value,
      headers: {
        traceparent: 'a\u0000b',
        'docfleet-tenant': '\u0000',
        ...(tenantId !== undefined && {
          [proofHeader]: signRecord(
            { topic, tenantId, key: Buffer.from(key), value },
            signingKey,
            Date.now(),
          ),
        }),
      },
    },
  ]);

/** Bytes of a lone surrogate, as an encoder writes them that does not check (ED A0 80 is U+D800). */
const withSurrogate = (bytes: Buffer): Buffer => {
  const at = bytes.indexOf('SURROGATE');
  return Buffer.concat([
    bytes.subarray(0, at),
    Buffer.from('edA080'.repeat(3), 'hex'),
    bytes.subarray(at + 9),
  ]);
};

/** Ends in a map that announces 10^18 entries and has none. */
const withEndlessMap = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, -2), Buffer.from('8080a0f6f4acdbe01b', 'hex')]);

const stageOf = async (requestId: string) =>
  (await runsIn(database.session).find(runIdOf(neighbour, requestId)))?.stage;

test.each(proofModes)(
  'R-06: identifiers that no store keeps are refused under `%s`, and the neighbour is served',
  async (mode) => {
    attacker = `attacker-${randomUUID().slice(0, 8)}`;
    neighbour = `neighbour-${randomUUID().slice(0, 8)}`;
    const preprocess = await startService('preprocess', {
      PAGE_WORKERS: '1',
      TENANT_PROOF: mode,
      FLEET_PROOF_KEYS: `fleet.test=${writePublicKey(fleetKey.publicKey)}`,
    });
    onTestFinished(() => preprocess.stop());
    await submit({ tenantId: neighbour, requestId: 'before' });
    await submit({ requestId: 'nul\u0000nul' });
    await submit({ requestId: 'SURROGATE' }, withSurrogate);
    await submit({ requestId: 'document', documentId: 'a\u0000' });
    await submit({ tenantId: `${attacker}\u0000`, requestId: 'tenant' });
    await submit({ requestId: 'endless', expectations: {}, submittedAt: 0 }, withEndlessMap);
    await submit({ tenantId: neighbour, requestId: 'after' });

    await until('the neighbour is served', async () => (await stageOf('after')) === 'integration', 90_000);
    const refused = () =>
      rejections
        .filter(({ tenantId }) => tenantId?.startsWith(attacker))
        .map((r) => [r.code, r.tenantId, r.requestId]);
    await until('all four are refused', () => refused().length === 4, 60_000);
    expect(refused().sort()).toEqual(
      [
        ['INVALID_SUBMISSION', attacker, 'nul\\u0000nul'],
        ['INVALID_SUBMISSION', attacker, '\\ufffd'.repeat(9)],
        ['INVALID_SUBMISSION', attacker, 'document'],
        ['INVALID_SUBMISSION', `${attacker}\\u0000`, 'tenant'],
      ].sort(),
    );
    await until(
      'the neighbour’s first document is known',
      async () => (await stageOf('before')) === 'integration',
    );
    expect(exceptional).toEqual([]);
  },
  240_000,
);

test('R-06: a result and a record that the read model cannot store keep nobody waiting', async () => {
  const end = (tenantId: string, requestId: string, facts = {}) =>
    completedOf({ runId: runIdOf(tenantId, requestId), tenantId, requestId, ...facts });
  const poisoned = {
    index: 1,
    documentClass: 'letter',
    classVersion: 1,
    confidence: 1,
    firstPage: 1,
    lastPage: 1,
    verdict: 'review' as const,
    findings: ['a\u0000'],
    gaps: [],
    fields: [],
  };
  const write = async (value: ReturnType<typeof end>): Promise<void> => {
    await send('documents.completed', value.runId, await codec.encode('documents.completed', value));
  };
  await send('documents.completed', 'noise', Buffer.from('noise'));
  await write(end(attacker, 'result', { documents: [poisoned] }));
  await write({ ...end(attacker, 'id'), runId: 'a\u0000' });
  await write(end(neighbour, 'after'));

  const statusOf = async (tenantId: string, requestId: string) =>
    (await runsIn(database.session).find(runIdOf(tenantId, requestId)))?.status;
  await until(
    'the neighbour has ended',
    async () => (await statusOf(neighbour, 'after')) === 'completed',
    60_000,
  );
  await until(
    'the poisoned run has ended',
    async () => (await statusOf(attacker, 'result')) === 'completed',
    60_000,
  );
  await until(
    'both others are set aside',
    async () => (await setAsideRecordsIn(database.session).waiting()) === 2,
  );
  const rows = await setAsideRecordsIn(database.session).list({ limit: 9 });
  expect(rows.map(({ cause, runId }) => [cause, runId]).sort()).toEqual([
    ['22021', 'a\\u0000'],
    ['RECORD_UNDECODABLE', null],
  ]);
  expect(reader.problems()).toEqual([]);
}, 240_000);
