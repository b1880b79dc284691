import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import process from 'node:process';
import { fetchModels } from '@docfleet/models';
import { writeNumberedSample, writeSamples, type SampleFile } from '@docfleet/samples';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { callRead, type ReadCall } from './read-call.ts';

const modelsFolder = resolve(import.meta.dirname, '../../../.docfleet/models');
const printed = z.looseObject({
  file: z.string(),
  verdict: z.string().nullable(),
  failure: z.looseObject({ code: z.string() }).nullable(),
  resultHash: z.string(),
  documents: z.array(
    z.looseObject({
      documentClass: z.string(),
      fields: z.array(z.looseObject({ name: z.string(), normalised: z.string() })),
    }),
  ),
});

let root: string;
let folder: string;
let temporary: string;
let samples: readonly SampleFile[];

beforeAll(async () => {
  await fetchModels({ directory: modelsFolder, report: () => undefined });
  root = mkdtempSync(join(tmpdir(), 'docfleet-read-'));
  folder = join(root, 'files');
  samples = await writeSamples(folder);
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

beforeEach(() => {
  temporary = mkdtempSync(join(root, 'tmp-'));
});

const read = (argv: readonly string[], stdin?: Uint8Array): ReadCall =>
  callRead(argv, { folder, temporary, modelsFolder, ...(stdin !== undefined && { stdin }) });

const sample = (name: string): SampleFile => {
  const found = samples.find(({ path }) => basename(path) === name);
  if (found === undefined) throw new Error(`There is no sample ${name}.`);
  return found;
};

/** A PNG that says that it has 3.6 thousand million pixels, in 100 bytes. */
const enormous = Buffer.from(
  '89504e470d0a1a0a0000000d494844520000ea600000ea600100000000a8a948ef0000000c49444154789c6360a03d000000' +
    '64000186643c350000000049454e44ae426082',
  'hex',
);

it('O-09: reads good files among bad ones, each for itself, in their order, and leaves nothing behind', async () => {
  writeFileSync(join(folder, 'enormous.png'), enormous);
  writeFileSync(join(folder, 'text.pdf'), 'no document');
  writeFileSync(join(folder, 'empty.pdf'), '');
  mkdirSync(join(folder, 'folder.pdf'));
  const names = ['enormous.png', 'letter-digital.pdf', 'text.pdf', 'empty.pdf', 'folder.pdf', 'missing.pdf'];
  const argv = [...names, 'receipt-scanned.jpg', './letter-digital.pdf'];
  const { code, stdout, stderr } = await read(argv).ended;
  const results = stdout
    .trimEnd()
    .split('\n')
    .map((line) => printed.parse(JSON.parse(line)));
  expect(results.map(({ file, failure, verdict }) => [file, failure?.code ?? verdict])).toEqual([
    ['enormous.png', 'PAGE_TOO_LARGE'],
    ['letter-digital.pdf', 'approve'],
    ['text.pdf', 'UNSUPPORTED_TYPE'],
    ['empty.pdf', 'DOC_EMPTY'],
    ['folder.pdf', 'SOURCE_NOT_FOUND'],
    ['missing.pdf', 'SOURCE_NOT_FOUND'],
    ['receipt-scanned.jpg', 'approve'],
  ]);
  const receipt = results.at(-1)?.documents[0];
  const { documentClass, expected } = sample('receipt-scanned.jpg');
  expect(receipt?.documentClass).toBe(documentClass);
  const found = Object.fromEntries((receipt?.fields ?? []).map(({ name, normalised }) => [name, normalised]));
  expect(found).toMatchObject({ total: expected['total'], date: expected['date'] });
  expect({ code, stderr }).toEqual({
    code: 4,
    stderr: './letter-digital.pdf is named twice; it is read once.\n',
  });
  expect(readdirSync(temporary)).toEqual([]);
});

it('O-09: reads standard input, prints CSV, and writes artifacts where it is told to', async () => {
  const { path } = await writeNumberedSample(folder, 4, { scans: false });
  const argv = ['-', '--format', 'csv', '--artifacts', 'out'];
  const { code, stdout, stderr } = await read(argv, readFileSync(path)).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^file,status,verdict,[^\n]*\r\n-,completed,approve,,1,letter,/);
  const out = join(folder, 'out/001-stdin');
  expect(readdirSync(out).sort()).toEqual([
    'coverage_report.json',
    'evidence_registry.json',
    expect.stringMatching(/^page-0001\.\w+$/) as string,
    'result.json',
  ]);
  expect(
    printed.omit({ file: true }).parse(JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'))),
  ).toMatchObject({ verdict: 'approve' });
  expect(readdirSync(temporary)).toEqual([]);
});

it('A-02: uses the class that it is told, says its doubt, and leaves the checks out', async () => {
  const argv = ['letter-digital.pdf', '--class', 'invoice', '--no-checks'];
  const { code, stdout } = await read(argv).ended;
  const { documents } = z
    .object({
      documents: z.array(
        z.object({ documentClass: z.string(), findings: z.array(z.object({ code: z.string() })) }),
      ),
    })
    .parse(JSON.parse(stdout));
  expect({ code, classes: documents.map(({ documentClass }) => documentClass) }).toEqual({
    code: 3,
    classes: ['invoice'],
  });
  const codes = documents.flatMap(({ findings }) => findings.map((finding) => finding.code));
  expect(codes).toEqual(expect.arrayContaining(['CLASS_DOUBTED', 'NOT_CHECKED']));
});

it('ends its children and removes its files when it is interrupted', async () => {
  const call = read(['invoice-scanned.pdf', 'letter-scanned.pdf', '--timings']);
  await vi.waitUntil(() => call.stderr().includes('ready'), { timeout: 60_000 });
  expect(readdirSync(temporary)).toHaveLength(1);
  call.child.kill('SIGINT');
  const { code, stdout, stderr } = await call.ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(stderr).toMatch(/Interrupted: what is printed is complete, the other files were not read\.\n$/);
  expect(readdirSync(temporary)).toEqual([]);
  const group = -(call.child.pid ?? 0);
  await vi.waitUntil(() => !isAlive(group), { timeout: 60_000 });
});

it('says what keeps it from reading at all, and does nothing', async () => {
  const calls = [
    read([]),
    callRead(['letter-digital.pdf'], { folder, temporary, modelsFolder: join(root, 'no-models') }),
    read(['letter-digital.pdf', '--artifacts', 'letter-digital.pdf']),
  ];
  const ended = await Promise.all(calls.map((call) => call.ended));
  expect(ended).toEqual([
    {
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^docfleet read: needs at least one file/) as string,
    },
    {
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^MODELS_DIR names .*, which has no models/) as string,
    },
    { code: 1, stdout: '', stderr: expect.stringMatching(/^Artifacts cannot be written to /) as string },
  ]);
  expect(readdirSync(temporary)).toEqual([]);
});

function isAlive(group: number): boolean {
  try {
    process.kill(group, 0);
    return true;
  } catch {
    return false;
  }
}
