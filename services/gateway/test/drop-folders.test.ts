import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { TenantSettings } from '@docfleet/contracts';
import { leasesIn } from '@docfleet/database';
import { FailureError } from '@docfleet/domain';
import { openObjectStore, type FolderLister } from '@docfleet/objects';
import { endpoints } from '@docfleet/testing';
import { createMetrics, type Log } from '@docfleet/telemetry';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { dropFolders, type DropFolderParts, type DropFolders } from '../src/drop-folders.ts';
import { maxUploadBytes, startGateway, type TestGateway } from './gateway.ts';

// SeaweedFS makes a bucket with its first object.
const bucket = `drops-${randomUUID()}`;
const inbox = openObjectStore({ ...endpoints().s3, bucket });
const signal = AbortSignal.timeout(300_000);

let gateway: TestGateway;
let tenant: string;

beforeAll(async () => {
  gateway = await startGateway({ callsPerMinute: 1_000_000 });
});
afterAll(async () => {
  await gateway.close();
  inbox.close();
});
beforeEach(() => {
  tenant = `tenant-${randomUUID().slice(0, 8)}`;
  gateway.published.clear();
  publish(tenant, `${bucket}/${tenant}`);
});

/** Makes the settings of a tenant known, as its directory would. */
function publish(tenantId: string, dropFolder: string, facts: Partial<TenantSettings> = {}): void {
  gateway.published.set(tenantId, {
    ...{ tenantId, version: 1, state: 'active', publicKeys: [], at: 0 },
    ...{ sources: [bucket], policies: { dropFolder } },
    ...facts,
  });
}

const drop = (key: string, body: string | Buffer) =>
  inbox.upload(key, Readable.from([Buffer.from(body)]), {
    mediaType: 'application/pdf',
    maxBytes: 2 * maxUploadBytes,
    signal,
  });

/** The gateway that has the lease. */
const holder = 'a gateway';

function folders(
  named: string,
  facts: Partial<Pick<DropFolderParts, 'intake' | 'maxAgeMs' | 'folders' | 'admission'>> = {},
): DropFolders {
  return dropFolders({
    intake: gateway.intake,
    admission: gateway.admission,
    folders: gateway.store,
    tenants: () => [...gateway.published.values()],
    runsOf: gateway.runsOf,
    leases: leasesIn(gateway.database.session),
    metrics: createMetrics('gateway'),
    holder: named,
    intervalMs: 1_000,
    maxAgeMs: 60_000,
    ...facts,
  });
}

const runs = () => gateway.runs.list({ tenantId: tenant, limit: 50 });
const namesOf = async () => (await runs()).map(({ fileName }) => fileName).sort();

it('A-01: makes one run of each object, however often and by whomever the folder is read', async () => {
  await drop(`${tenant}/march/a b+c.pdf`, '%PDF-1');
  await drop(`${tenant}/Größe.pdf`, '%PDF-2');
  await drop('elsewhere/c.pdf', '%PDF-3');
  const [one, two] = [folders(holder), folders(holder)];
  expect(await Promise.all([one.pollOnce(signal), two.pollOnce(signal)])).not.toContain(0);
  expect(await namesOf()).toEqual(['Größe.pdf', 'a b+c.pdf']);
  const published = gateway.cluster
    .dump('documents.normal')
    .filter(({ record }) => record?.value?.includes(tenant) === true);
  expect(new Set((await runs()).map(({ runId }) => runId)).size).toBe(2);
  expect(published.length).toBeGreaterThanOrEqual(2);
  expect(await one.pollOnce(signal)).toBe(0);

  // Another content under the same name is another document.
  await drop(`${tenant}/Größe.pdf`, '%PDF-2, changed');
  await drop(`${tenant}/march/a b+c.pdf`, '%PDF-1');
  expect(await two.pollOnce(signal)).toBe(1);
  expect(await namesOf()).toEqual(['Größe.pdf', 'Größe.pdf', 'a b+c.pdf']);
});

it('R-06: passes over what can never be a run, and goes on behind it', async () => {
  await drop(`${tenant}/1-too-large.pdf`, Buffer.alloc(maxUploadBytes + 1));
  await drop(`${tenant}/3-empty.pdf`, '');
  await drop(`${tenant}/4-good.pdf`, '%PDF-2');
  const uri = `s3://${bucket}/${tenant}/2-%2e%2e/b.pdf`;
  const bad = { uri, key: uri, sizeBytes: 5, modifiedAt: Date.now(), etag: null };
  const withBadKey: FolderLister = {
    async *listFolder(at, aborted) {
      yield bad;
      yield* gateway.store.listFolder(at, aborted);
    },
  };
  expect(await folders(holder, { folders: withBadKey }).pollOnce(signal)).toBe(1);
  expect(await namesOf()).toEqual(['4-good.pdf']);
});

it('R-06: makes 200 runs of a folder in one round, so that each folder has its turn', async () => {
  const many = Array.from({ length: 201 }, (_, n) => drop(`${tenant}/${n}.pdf`, `%PDF-${n}`));
  await Promise.all(many);
  expect(await folders(holder).pollOnce(signal)).toBe(200);
  expect(await folders(holder).pollOnce(signal)).toBe(1);
});

it('A-08: leaves a folder until its next turn when quotas refuse an object, without trying those behind it', async () => {
  for (let n = 1; n <= 4; n += 1) await drop(`${tenant}/${n}.pdf`, `%PDF-${n}`);
  let asked = 0;
  const admission: DropFolderParts['admission'] = {
    admit: (...call) => {
      asked += 1;
      return asked === 2
        ? Promise.reject(new FailureError('QUOTA_EXCEEDED'))
        : gateway.admission.admit(...call);
    },
    checkOf: () => undefined,
  };
  const dropped = folders(holder, { admission });
  expect([await dropped.pollOnce(signal), asked]).toEqual([1, 2]);
  expect([await dropped.pollOnce(signal), asked]).toEqual([3, 5]);
});

it('A-08: makes no run of an object that the check in the transaction refuses', async () => {
  await drop(`${tenant}/a.pdf`, '%PDF-1');
  const admission: DropFolderParts['admission'] = {
    admit: (...call) => gateway.admission.admit(...call),
    checkOf: () => () => {
      throw new FailureError('QUOTA_EXCEEDED');
    },
  };
  expect(await folders(holder, { admission }).pollOnce(signal)).toBe(0);
  expect(await runs()).toEqual([]);
});

it('R-06: says once that an object is refused, however often its folder is read', async () => {
  await drop(`${tenant}/1-too-large.pdf`, Buffer.alloc(maxUploadBytes + 1));
  const warned: string[] = [];
  const silent = gateway.intake.log;
  const log: Log = {
    ...silent,
    child: () => ({ ...silent, warn: (message) => warned.push(message), child: () => silent }),
  };
  const dropped = folders(holder, { intake: { ...gateway.intake, log } });
  for (let round = 1; round <= 3; round += 1) expect(await dropped.pollOnce(signal)).toBe(0);
  expect(warned).toEqual(['An object of a drop folder is refused and stays there; remove it']);
});

it('R-06: a folder that cannot be listed holds up no other tenant', async () => {
  gateway.published.clear();
  publish('broken', 'no-such-bucket-anywhere', { sources: ['no-such-bucket-anywhere'] });
  publish(tenant, `${bucket}/${tenant}`);
  await drop(`${tenant}/a.pdf`, '%PDF-1');
  expect(await folders(holder).pollOnce(signal)).toBe(1);
});

it('A-07: reads no folder that is not in the sources of its tenant, nor one of a suspended tenant', async () => {
  await drop(`${tenant}/a.pdf`, '%PDF-1');
  publish(tenant, `${bucket}/${tenant}`, { sources: [`${bucket}/another`] });
  expect(await folders(holder).pollOnce(signal)).toBe(0);
  publish(tenant, `${bucket}/${tenant}`, { state: 'suspended' });
  expect(await folders(holder).pollOnce(signal)).toBe(0);
  expect(await runs()).toEqual([]);
});

it('one gateway at a time reads, and what is old or gone is left alone', async () => {
  await drop(`${tenant}/a.pdf`, '%PDF-1');
  expect(await folders(holder, { maxAgeMs: -60_000 }).pollOnce(signal)).toBe(0);
  expect(await folders('another gateway').pollOnce(signal)).toBe(0);
  expect(await folders(holder).pollOnce(signal)).toBe(1);
  await inbox.remove([`${tenant}/a.pdf`], signal);
  expect(await folders(holder).pollOnce(signal)).toBe(0);
});
