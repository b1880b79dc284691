/** About 2 min, with servers: a client that another project's generator makes of the OpenAPI document submits and reads. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startGateway } from '../gateway.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../../..');
const resources = join(import.meta.dirname, '../resources');
const packages = join(root, '.docfleet/servers/openapi-python-client-0.29.1');

/** Installs the pinned version once; a folder that was left half filled is made anew. */
async function install(): Promise<void> {
  if (existsSync(packages)) return;
  const draft = `${packages}-draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await run('python3', [
    ...['-m', 'pip', 'install', '--quiet', '--no-deps', '--disable-pip-version-check'],
    ...['--root-user-action', 'ignore', '--target', draft],
    ...['--requirement', join(resources, 'openapi-python-client.txt')],
  ]);
  await rename(draft, packages);
}

it(
  'A-06: a client generated for Python submits a document, reads it, and gets a problem for what is refused',
  { timeout: 900_000 },
  async () => {
    await install();
    const gateway = await startGateway();
    const folder = await mkdtemp(join(tmpdir(), 'generated-client-'));
    try {
      const document = await (await fetch(`${gateway.url}/openapi.json`)).text();
      await writeFile(join(folder, 'openapi.json'), document);
      await run(
        'python3',
        [
          ...[
            '-c',
            `import sys; sys.path.insert(0, ${JSON.stringify(packages)}); from openapi_python_client.cli import app; app()`,
          ],
          ...['generate', '--path', 'openapi.json', '--output-path', 'made', '--meta', 'none'],
        ],
        { cwd: folder },
      );
      const environment = {
        API: gateway.url,
        KEY: await gateway.keyOf('generated', 'tenant-admin'),
        PACKAGES: packages,
      };
      const { stdout } = await run(
        'env',
        [
          ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
          ...['python3', join(resources, 'generated-client.py')],
        ],
        { cwd: folder },
      );
      expect(stdout.trim().split('\n')).toEqual(['202 200 a.pdf accepted NOT_FOUND', 'True 202']);
    } finally {
      await rm(folder, { recursive: true, force: true });
      await gateway.close();
    }
  },
);
