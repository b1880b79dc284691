/** About 2 min: docfleet read gives every sample the result that a fleet of this release gives it, field by field. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { startOwnFleet, type OwnFleet } from '@docfleet/measure/own-fleet';
import { writeSamples, type SampleFile } from '@docfleet/samples';
import { layoutOf, reportTo } from '@docfleet/stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { callRead } from '../read-call.ts';

const repository = resolve(import.meta.dirname, '../../../..');
const { servers, models } = layoutOf(repository, 'test');

/** What a result says about a document; ids, times and addresses are its run's own. */
const said = z.object({
  status: z.string(),
  verdict: z.string().nullable(),
  pageCount: z.number(),
  documents: z.array(z.unknown()),
  resultHash: z.string(),
  engines: z.array(z.string()),
  engineVersions: z.array(z.string()),
});
type Said = z.infer<typeof said>;

let folder: string;
let fleet: OwnFleet;
let samples: readonly SampleFile[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'docfleet-equal-'));
  // The database server runs as another user, who has to pass.
  chmodSync(folder, 0o755);
  samples = await writeSamples(join(folder, 'samples'));
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

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const { api, apiKey } = fleet.target();
  return fetch(`${api}${path}`, { ...init, headers: { authorization: `Bearer ${apiKey}` } });
}

async function throughFleet({ path }: SampleFile): Promise<Said> {
  const form = new FormData();
  form.set('review', 'never');
  form.set('file', new Blob([readFileSync(path)]), basename(path));
  const accepted = await call('/v1/jobs', { method: 'POST', body: form });
  const { runId } = z.object({ runId: z.string() }).parse(await accepted.json());
  for (;;) {
    const answer = await call(`/v1/jobs/${runId}/artifacts/result.json`);
    if (answer.ok) return said.parse(await answer.json());
    await answer.arrayBuffer();
    await pause(250);
  }
}

it('O-09: results equal those of the fleet', async () => {
  const expected = await Promise.all(samples.map(throughFleet));
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const names = samples.map(({ path }) => basename(path));
  const { code, stdout } = await callRead(names, {
    folder: join(folder, 'samples'),
    temporary,
    modelsFolder: models,
  }).ended;
  expect(code).toBe(3);
  const results = stdout.trimEnd().split('\n');
  expect(results.map((line) => said.parse(JSON.parse(line)))).toEqual(expected);
  expect(expected.map(({ engines }) => engines.join()).sort()).toContain('onnx');
}, 600_000);
