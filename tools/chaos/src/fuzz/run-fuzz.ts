import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { apiKeysIn, openDatabase } from '@docfleet/database';
import { uploadFolder } from '@docfleet/domain';
import { serviceNames } from '@docfleet/stack';
import type { Arguments } from '../arguments.ts';
import { neitherBatchesNorWebhooks, type Facts, type LagOf } from '../check/facts.ts';
import { judge } from '../check/judge.ts';
import { leftoversOf } from '../check/leftovers.ts';
import { readFacts } from '../check/read-facts.ts';
import { isBehind, openLagReader } from '../check/read-lag.ts';
import { readStore } from '../check/read-store.ts';
import { untilRecovered } from '../run/recovery.ts';
import type { RunOptions } from '../run/run-options.ts';
import { openRig, type Rig } from '../world/rig.ts';
import { fuzzReport, type FuzzReport } from './fuzz-report.ts';
import { fuzzedFiles } from './fuzzed-files.ts';
import { fuzzedSubmissions } from './fuzzed-submissions.ts';
import { keysWith, storeFiles } from './fuzz-store.ts';
import { judgeFuzz, type FuzzViolation } from './judge-fuzz.ts';
import { workNormally, type NeighbourOptions } from './neighbour.ts';
import { countOpenRuns } from './open-runs.ts';
import { readAcross } from './read-across.ts';
import { sendAll, type Sent } from './send-all.ts';
import { openRecordSender } from './send-record.ts';
import { watchServices } from './watch.ts';

const fuzzing = 'fuzzing-tenant';
const neighbour = 'neighbour-tenant';

/** Fuzzed calls come from another address than those of the other tenant, so that limits by address do not join them (Linux). */
const fuzzingAddress = process.platform === 'linux' ? '127.0.0.2' : '127.0.0.1';

/** Documents of the other tenant before the fuzzed submissions: first ones that are not measured. */
const [warmUps, measured] = [3, 6] as const;

const callTimeoutMs = 60_000;

/** Time limit for all records to be read after the last submission, in milliseconds: a task may wait in a retry topic of 5 minutes. */
const settleMs = 15 * 60_000;

/**
 * Sends fuzzed submissions of one tenant by record, upload and call while another tenant works normally, and judges what
 * either has noticed. `given.documents` is the number of fuzzed submissions.
 */
export async function runFuzz(given: Arguments, options: RunOptions): Promise<FuzzReport> {
  const { progress } = options;
  const startedAt = performance.now();
  const rig = await openRig({ ...options, brokers: 1, review: 'never' });
  options.onRig(rig);
  const watching = new AbortController();
  try {
    await startServices(rig, options);
    const keys = await createKeys(rig);
    const other: NeighbourOptions = {
      api: rig.direct.api,
      apiKey: keys[neighbour],
      seed: given.seed,
      secret: `SECRET${given.seed}WORD`,
    };
    const files = await fuzzedFiles(given.seed);
    const ownKeys = await storeFiles(rig.direct.s3, `${uploadFolder(fuzzing)}inbox/`, files);
    const before = await progress.step('documents of the other tenant alone', async () => {
      const parts = { isOver: () => true, pauseMs: 0 };
      await workNormally(other, { ...parts, name: 'warm-up', least: warmUps });
      return workNormally(other, { ...parts, name: 'alone', least: measured });
    });
    const foreignRuns = before.flatMap(({ runId }) => (runId === undefined ? [] : [runId]));
    const foreignKeys = await keysWith(rig.direct.s3, [neighbour, ...foreignRuns]);
    const place = { tenantId: fuzzing, bucket: rig.direct.s3.bucket, ownKeys, foreignKeys, foreignRuns };
    const submissions = fuzzedSubmissions({ seed: given.seed, count: given.documents, files, place });

    const watched = watchServices(rig, watching.signal);
    let isOver = false;
    const sending = progress.step(`${given.documents} fuzzed submissions`, async () => {
      const recordSender = await openRecordSender(rig.direct);
      const openRuns = await countOpenRuns(rig.direct.postgres, fuzzing, watching.signal);
      try {
        return await sendAll({
          submissions,
          call: {
            api: rig.direct.api,
            apiKey: keys[fuzzing],
            from: fuzzingAddress,
            timeoutMs: callTimeoutMs,
          },
          recordSender,
          openRuns,
          onSent: (count) => {
            if (count % 100 === 0) progress.note(`${count} sent, ${openRuns()} of their runs are open`);
          },
          signal: options.signal,
        });
      } finally {
        isOver = true;
        await recordSender.close();
      }
    });
    const working = workNormally(other, {
      name: 'beside',
      least: measured,
      isOver: () => isOver,
      pauseMs: 500,
    });
    const [sent, beside] = await Promise.all([sending, working]);
    const lag = await progress.step('waiting for all groups to read their topics', () =>
      settle(rig, options.signal),
    );
    const runs = [...before, ...beside].flatMap(({ runId }) => (runId === undefined ? [] : [runId]));
    const crossings = await progress.step('reading across tenants', () =>
      readAcross({
        api: rig.direct.api,
        apiKey: keys[fuzzing],
        tenantId: fuzzing,
        other: { tenantId: neighbour, runs, secret: other.secret },
        postgres: rig.direct.postgres,
      }),
    );
    watching.abort();
    const services = await watched;
    await progress.step('stopping services', () => rig.members.stopAll());
    const { facts, endings } = await progress.step('reading topics, database and store', () =>
      judgeEndings(rig, { sent, lag, runs }),
    );
    const violations = [...judgeFuzz({ calls: sent.calls, before, beside, services, crossings }), ...endings];
    const seconds = (performance.now() - startedAt) / 1_000;
    return fuzzReport({
      given,
      seconds,
      sent,
      before,
      beside,
      services,
      facts,
      violations,
      logs: rig.layout.logs,
    });
  } finally {
    watching.abort();
    await rig.stop();
  }
}

async function startServices(rig: Rig, { progress, signal }: RunOptions): Promise<void> {
  await progress.step('services', async () => {
    for (const name of serviceNames) {
      await rig.members.start({ name, service: name, port: rig.ports[name] });
    }
    const since = performance.now();
    const parts = { rig, services: serviceNames, before: new Map<string, number>(), inFlight: () => 0 };
    if ((await untilRecovered({ ...parts, since, signal })) === null) {
      throw new Error(`The services are not ready; see ${rig.layout.logs}`);
    }
  });
}

async function createKeys(rig: Rig): Promise<Readonly<Record<typeof fuzzing | typeof neighbour, string>>> {
  const keys = { [fuzzing]: `chaos_${randomUUID()}`, [neighbour]: `chaos_${randomUUID()}` } as const;
  const database = openDatabase(rig.direct.postgres, { poolSize: 1 });
  try {
    for (const tenantId of [fuzzing, neighbour] as const) {
      const key = { tenantId, role: 'tenant-admin', at: Date.now() } as const;
      await apiKeysIn(database.session).ensure(key, keys[tenantId]);
    }
    return keys;
  } finally {
    await database.close();
  }
}

/** Waits until every group has read to the end of its topics; what has not by then is a violation. */
async function settle(rig: Rig, signal: AbortSignal): Promise<readonly LagOf[]> {
  const reader = await openLagReader(rig.direct.broker);
  const until = performance.now() + settleMs;
  let lag = await reader.read();
  while (lag.some(isBehind) && performance.now() < until) {
    await pause(1_000, undefined, { signal });
    lag = await reader.read();
  }
  await reader.close();
  return lag;
}

/** Judges that every accepted run has ended once, and every other record was rejected once. */
async function judgeEndings(
  rig: Rig,
  seen: { readonly sent: Sent; readonly lag: readonly LagOf[]; readonly runs: readonly string[] },
): Promise<{ readonly facts: Facts; readonly endings: readonly FuzzViolation[] }> {
  const { sent, lag, runs } = seen;
  const { claims } = await readStore(rig.direct.s3);
  const answered = new Set([...sent.accepted, ...runs]);
  const all = new Set([...claims.keys(), ...answered]);
  const expected = {
    runs: new Map([...all].map((runId) => [runId, { broken: false, cancelled: false }] as const)),
    answered,
    badRecords: 0,
    refusable: new Set<string>(),
    ...neitherBatchesNorWebhooks,
  };
  const group = `checker-${rig.mark}`;
  const read = await readFacts({ endpoints: rig.direct, expected, lag, group });
  await rig.stop();
  const facts = { ...read, messages: [], leftovers: leftoversOf(rig.mark) };
  const endings = judge(facts, expected).map(({ kind, runId, detail }): FuzzViolation => {
    return { kind: 'ending', detail: `${kind} ${runId ?? ''} ${detail}` };
  });
  return { facts, endings };
}
