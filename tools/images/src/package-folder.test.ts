import { expect, test } from 'vitest';
import { packageFolderOf } from './package-folder.ts';

test.each([
  ['node_modules/pino/lib/pino.js', 'node_modules/pino'],
  ['node_modules/@img/sharp-linux-x64/index.cjs', 'node_modules/@img/sharp-linux-x64'],
  ['node_modules/a/node_modules/@b/c/d/e.js', 'node_modules/a/node_modules/@b/c'],
  ['services/gateway/node_modules/lru-cache/index.js', 'services/gateway/node_modules/lru-cache'],
  ['node_modules/@docfleet/domain', undefined],
  ['libs/domain/dist/index.js', undefined],
])('%s belongs to %s', (file, folder) => {
  expect(packageFolderOf(file)).toBe(folder);
});
