import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fetchModels } from '@docfleet/models';
import { writeNumberedSample } from '@docfleet/samples';
import { createLog } from '@docfleet/telemetry';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPipeline, type Pipeline, type Submission } from '../src/pipeline/open-pipeline.ts';
import { readSettings } from '../src/pipeline/settings.ts';

const modelsFolder = resolve(import.meta.dirname, '../../../.docfleet/models');

let root: string;
let folder: string;
let pipeline: Pipeline;

beforeAll(async () => {
  await fetchModels({ directory: modelsFolder, report: () => undefined });
  root = mkdtempSync(join(tmpdir(), 'docfleet-pipeline-'));
  folder = mkdtempSync(join(root, 'store-'));
  pipeline = await openPipeline({
    settings: readSettings({}, modelsFolder),
    folder,
    log: createLog({ service: 'docfleet', level: 'silent' }),
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
});

afterAll(async () => {
  await pipeline.close();
  rmSync(root, { recursive: true });
});

async function submission(number: number): Promise<Submission> {
  const { path } = await writeNumberedSample(root, number, { scans: false });
  return {
    requestId: String(number),
    open: () => createReadStream(path),
    fileName: null,
    route: null,
    expectations: {},
    documentClass: null,
    checks: true,
  };
}

it('keeps a run while somebody looks at it, and no longer', async () => {
  const kept = await pipeline.read(await submission(4), ({ ending }) =>
    Promise.resolve({ kind: ending.kind, files: readdirSync(folder).length }),
  );
  expect(kept.kind).toBe('ended');
  expect(kept.files).toBeGreaterThan(5);
  expect(readdirSync(folder)).toEqual([]);
});

it('says that the temporary folder cannot be used, instead of waiting for it', async () => {
  const given = await submission(9);
  rmSync(folder, { recursive: true });
  await expect(pipeline.read(given, () => Promise.resolve())).rejects.toThrow(
    /^The temporary folder .* cannot be used \(ENOENT.*\); TMPDIR names another\.$/,
  );
});
