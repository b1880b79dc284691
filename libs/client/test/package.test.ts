import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const source = join(import.meta.dirname, '..');
const root = join(source, '../..');
const tsc = join(root, 'node_modules/typescript/bin/tsc');

let folder: string;
let consumer: string;
/** Paths in the package, as npm packed it. */
let packed: readonly string[];

/** A folder with the packed package as its only one, as an application has it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client-package-'));
  const made = join(folder, 'made');
  await cp(source, made, {
    recursive: true,
    filter: (path) => !/dist|out-tsc|node_modules/.test(path.slice(source.length)),
  });
  await run(process.execPath, [
    ...[tsc, '-p', join(source, 'tsconfig.lib.json'), '--outDir', join(made, 'dist')],
    ...['--tsBuildInfoFile', join(folder, 'tsc.tsbuildinfo')],
  ]);
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: made });
  const [pack] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  packed = pack.files.map(({ path }) => path).sort();
  consumer = join(folder, 'consumer');
  const installed = join(consumer, 'node_modules/@docfleet/client');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', join(folder, pack.filename), '-C', installed, '--strip-components=1']);
  await writeFile(join(consumer, 'package.json'), '{ "type": "module" }');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('the package holds what is run, its types, the sources of its maps, and nothing else', async () => {
  const names = ['index', 'node', 'client', 'generated/types', 'generated/operations'];
  expect(packed).toEqual(
    expect.arrayContaining([
      ...['LICENSE', 'README.md', 'package.json'],
      ...names.flatMap((name) => [`dist/${name}.js`, `dist/${name}.d.ts`, `src/${name}.ts`]),
    ]),
  );
  const other = /^(LICENSE|README\.md|package\.json|dist\/[\w/-]+\.(js|d\.ts)(\.map)?|src\/[\w/-]+\.ts)$/;
  expect(packed.filter((path) => !other.test(path))).toEqual([]);
  const manifest = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as object;
  expect(manifest).not.toHaveProperty('dependencies');
  expect(manifest).not.toHaveProperty('private');
  expect(await readFile(join(source, 'LICENSE'), 'utf8')).toBe(await readFile(join(root, 'LICENSE'), 'utf8'));
});

const program = `
import { ApiError, createClient, hasEnded, verifyWebhook, type Job } from '@docfleet/client';
import { fileAt } from '@docfleet/client/node';
const client = createClient({ api: 'http://127.0.0.1:1', apiKey: 'k', patienceMs: 0 });
export const job: Promise<Job> = fileAt('x').then((file) => client.submitFile(file, { lane: 'urgent' }));
export const ended: boolean = hasEnded({ status: 'completed' });
// @ts-expect-error no such lane
export const wrong = client.listJobs({ lane: 'slow' });
export { ApiError, verifyWebhook };
`;

test.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])('its types resolve with module %s and resolution %s', async (module, moduleResolution) => {
  await writeFile(join(consumer, 'program.ts'), program);
  const options = {
    compilerOptions: {
      ...{ module, moduleResolution, target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable'] },
      ...{ strict: true, noEmit: true, exactOptionalPropertyTypes: true, types: [] },
    },
    files: ['program.ts'],
  };
  await writeFile(join(consumer, 'tsconfig.json'), JSON.stringify(options));
  const { stdout } = await run(process.execPath, [tsc, '-p', consumer]).catch(
    (error: unknown) => error as { stdout: string },
  );
  expect(stdout).toBe('');
});

test('Node loads it as an application does', async () => {
  const code =
    "import * as a from '@docfleet/client'; import * as b from '@docfleet/client/node'; console.log(typeof a.createClient, typeof b.fileAt)";
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], {
    cwd: consumer,
    env: {},
  });
  expect(stdout).toBe('function function\n');
});

test('a browser gets it without polyfills, in a few kilobytes', async () => {
  await writeFile(
    join(consumer, 'page.js'),
    "export { createClient, verifyWebhook } from '@docfleet/client';",
  );
  const built = await build({
    root: consumer,
    configFile: false,
    logLevel: 'silent',
    build: { write: false, lib: { entry: 'page.js', formats: ['es'] }, minify: true },
  });
  const [bundle] = [built].flat();
  if (bundle === undefined || !('output' in bundle)) throw new Error('vite built nothing');
  const [{ code }, ...others] = bundle.output;
  expect(others).toEqual([]);
  expect(code).not.toMatch(/node:|\bprocess\.|\bBuffer\b|require\(|__vite-browser-external/);
  const kilobytes = Buffer.byteLength(code) / 1_000;
  process.stdout.write(`@docfleet/client in a browser: ${kilobytes.toFixed(1)} kB\n`);
  expect(kilobytes).toBeLessThan(40);
});
