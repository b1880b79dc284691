import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { chooseSandbox } from '@docfleet/workers';
import { beforeAll, expect, it } from 'vitest';
import { buildImages } from '../src/build-images.ts';
import { imagesNamed } from '../src/image-list.ts';
import { root, runBuilt, startBuilt } from './built-process.ts';

/** Time limit of what compiles and starts processes, in milliseconds: a guard against hanging. */
const guardMs = 600_000;

const built = join(root, '.docfleet/images');
const [deploy, preprocess] = imagesNamed(['deploy', 'preprocess']);
if (deploy === undefined || preprocess === undefined) throw new Error('an image is missing from the list');

beforeAll(async () => {
  const report = (): void => undefined;
  await buildImages([deploy, preprocess], { root, to: built, architecture: process.arch, report });
}, guardMs);

it(
  'O-09: what is up to date is not made again',
  async () => {
    const lines: string[] = [];
    const report = (line: string): void => void lines.push(line);
    await buildImages([deploy], { root, to: built, architecture: process.arch, report });
    expect(lines.at(-1)).toMatch(/^deploy: up to date in /);
  },
  guardMs,
);

it(
  'O-09: the deploy image runs from its folder alone, and has nothing to do a second time',
  async () => {
    const { code, output } = await runBuilt(deploy, { built });
    expect({ code, lines: output.trim().split('\n') }).toEqual({
      code: 0,
      lines: [
        'topics: nothing to do',
        'schemas: nothing to do',
        'tables: nothing to do',
        expect.stringMatching(/^logins: /) as string,
      ],
    });
  },
  guardMs,
);

it(
  'O-09: preprocess runs from its folder alone, with children in a sandbox as from sources',
  async () => {
    const service = await startBuilt(preprocess, { built });
    try {
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      const level = /^docfleet_parser_sandbox_level\{level="([\w-]+)".*\} 1$/m.exec(metrics)?.[1];
      // Which of the closed levels it is depends on the user.
      const { level: ofSources } = await chooseSandbox('best');
      expect(level === 'limits-open-network').toBe(ofSources === 'limits-open-network');
      expect(healthOf(service.url)).toBe(0);
    } finally {
      expect(await service.stop()).toBe(0);
    }
    expect(healthOf(service.url)).toBe(1);
  },
  guardMs,
);

/** The exit code of the image's HEALTHCHECK. */
function healthOf(url: string): number | null {
  const file = join(built, 'preprocess/healthy.js');
  return spawnSync(process.execPath, [file], { env: { HTTP_PORT: new URL(url).port } }).status;
}
