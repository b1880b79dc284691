import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Job } from '@docfleet/client';
import { fileAt } from '@docfleet/client/node';
import { writeSamples } from '@docfleet/samples';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sbomFile } from '../../src/build-image.ts';
import { buildImages } from '../../src/build-images.ts';
import { images, imagesNamed, type Image } from '../../src/image-list.ts';
import { root, runBuilt, startBuilt, type BuiltProcess } from '../built-process.ts';

/** Time limits in milliseconds: guards against hanging. */
const buildGuardMs = 1_800_000;
const runGuardMs = 600_000;

const built = join(root, '.docfleet/images');
const apiKey = `test_${randomUUID()}`;
const settings = {
  DEVELOPMENT_API_KEY: apiKey,
  WEBHOOK_SECRET_KEYS: `test=${randomBytes(32).toString('base64')}`,
};

let samples: string;
const fleet = new Map<string, BuiltProcess>();

function imageOf(name: string): Image {
  const [image] = imagesNamed([name]);
  if (image === undefined) throw new Error(`There is no image ${name}.`);
  return image;
}

beforeAll(async () => {
  samples = mkdtempSync(join(tmpdir(), 'docfleet-built-fleet-'));
  await writeSamples(samples);
  const report = (line: string): void => void process.stdout.write(`images: ${line}\n`);
  await buildImages(images, { root, to: built, architecture: process.arch, report });
  const deployed = await runBuilt(imageOf('deploy'), { built });
  if (deployed.code !== 0)
    throw new Error(`The deploy image ended with ${deployed.code}:\n${deployed.output}`);
  for (const image of images.filter(({ name }) => name !== 'deploy')) {
    const service = await startBuilt(image, { built, settings });
    fleet.set(service.name, service);
    process.stdout.write(
      `images: ${service.name} was ready after ${(service.readyMs / 1000).toFixed(1)} s\n`,
    );
  }
}, buildGuardMs);

afterAll(async () => {
  for (const service of fleet.values()) await service.stop();
  rmSync(samples, { recursive: true });
});

/** Hands a sample in and gives the job that it ended as. */
async function jobOf(sample: string): Promise<Job> {
  const signal = AbortSignal.timeout(runGuardMs);
  const client = createClient({ api: fleet.get('gateway')?.url ?? '', apiKey, signal });
  const { runId } = await client.submitFile(await fileAt(join(samples, sample)), { review: 'never' });
  return client.waitForEnd(runId);
}

/** About 8 min, with servers: documents through a fleet that runs from the folders of its images alone. */
it(
  'O-09: documents go through a fleet that has nothing but the folders of its images',
  async () => {
    for (const sample of ['invoice-digital.pdf', 'receipt-scanned.jpg']) {
      const { status, failure, documents } = await jobOf(sample);
      expect([sample, failure, documents.length]).toEqual([sample, null, 1]);
      expect(status).toMatch(/^completed/);
    }
    expect((await jobOf('receipt-scanned.jpg')).engines).toEqual(['onnx']);
  },
  runGuardMs,
);

it('O-09: the gateway serves the console of its image, and the bill of materials names what is in it', async () => {
  const base = `${fleet.get('gateway')?.url ?? ''}/console/`;
  const page = await (await fetch(base)).text();
  const script = /src="(?<path>[^"]+\.js)"/.exec(page)?.groups?.['path'] ?? '';
  const answer = await fetch(new URL(script, base));
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    expect.stringMatching(/javascript/),
  ]);
  const bill = JSON.parse(readFileSync(join(built, 'gateway', sbomFile), 'utf8')) as {
    readonly components: readonly { readonly name: string; readonly group?: string }[];
  };
  const names = bill.components.map(({ name, group }) => (group === undefined ? name : `${group}/${name}`));
  for (const name of ['react', 'react-dom', 'react-aria-components', '@tanstack/react-router'])
    expect(names).toContain(name);
});

it(
  'O-09: the image of ocr has the fallback engine, too',
  async () => {
    expect(await fleet.get('ocr')?.stop()).toBe(0);
    fleet.set(
      'ocr',
      await startBuilt(imageOf('ocr'), { built, settings: { ...settings, MODELS_DIR: 'absent' } }),
    );
    const { status, engines } = await jobOf('letter-scanned.pdf');
    expect({ status, engines }).toEqual({
      status: expect.stringMatching(/^completed/) as string,
      engines: ['tesseract'],
    });
  },
  runGuardMs,
);
