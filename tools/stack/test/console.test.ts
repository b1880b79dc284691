import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildConsole } from '../src/console.ts';
import { repository } from './run-script.ts';

const dist = join(repository, 'services/console/dist');

test('H-02: the console is built once from the same sources, by one command at a time', async () => {
  rmSync(join(dist, '.sources.sha256'), { force: true });
  const builds = await Promise.all([buildConsole({ root: repository }), buildConsole({ root: repository })]);
  expect(builds.toSorted()).toEqual([false, true]);
  const page = readFileSync(join(dist, 'index.html'), 'utf8');
  // Only files with a digest in their name are kept by browsers.
  expect(page).toMatch(/<script type="module" crossorigin src="\/console\/assets\/index-[\w-]+\.js">/);
  expect(page).not.toMatch(/<script(?![^>]* src=)|<style/);
});
