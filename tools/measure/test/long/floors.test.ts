/** About 4 min: ten documents at once stay above the floors of throughput, latency and memory. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { layoutOf, reportTo } from '@docfleet/stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { belowFloors } from '../../src/bench/figures.ts';
import { startOwnFleet, type OwnFleet } from '../../src/bench/own-fleet.ts';
import { renderFigures } from '../../src/bench/report.ts';
import { runBench } from '../../src/bench/run-bench.ts';

const repository = resolve(import.meta.dirname, '../../../..');
let folder: string;
let fleet: OwnFleet;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-floors-'));
  // The database server runs as another user, who has to pass.
  chmodSync(folder, 0o755);
  const { servers, models } = layoutOf(repository, 'test');
  // eslint-disable-next-line no-restricted-properties -- a test has no main.ts in front of it
  const { PATH, HOME } = process.env;
  fleet = await startOwnFleet({
    layout: { ...layoutOf(folder, 'bench'), root: repository, servers, models },
    preset: 'local',
    environment: { PATH, HOME },
    isRoot: process.getuid?.() === 0,
    progress: reportTo(() => undefined),
    signal: new AbortController().signal,
  });
}, 600_000);

afterAll(async () => {
  await fleet.stop();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

it('O-06: ten documents at once, three of eight of them scans, stay above the floors of time and memory', async () => {
  const [figures] = await runBench(fleet.target(), {
    documents: [50],
    kind: 'real',
    load: { atOnce: 10 },
    warmUp: 20,
    signal: AbortSignal.timeout(1_500_000),
    onProgress: () => undefined,
  });
  if (figures === undefined) throw new Error('there are no figures');
  process.stdout.write(`${renderFigures(figures)}\n`);
  expect(figures.documents).toBe(50);
  expect(figures.memoryGrowthPercentOver50).not.toBeNull();
  expect(belowFloors(figures)).toEqual([]);
}, 1_600_000);
