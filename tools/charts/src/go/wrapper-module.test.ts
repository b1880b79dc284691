import { expect, test } from 'vitest';
import { wrapperModule } from './wrapper-module.ts';

const module = { path: 'example.org/tool', version: 'v1.0.0' };
const goMod = [
  'module example.org/tool',
  '',
  'require example.org/part v0.0.0',
  'replace example.org/part => ./part',
  'replace example.org/fork v1.0.0 => example.org/other v1.1.0',
].join('\n');

test('the wrapper requires the module, and keeps its pins except those to folders', () => {
  expect(wrapperModule(goMod, module, () => undefined).split('\n')).toEqual([
    'module wrapper',
    '',
    'require example.org/part v0.0.0',
    'replace example.org/fork v1.0.0 => example.org/other v1.1.0',
    'require example.org/tool v1.0.0',
    '',
  ]);
});

test('a published module stands in for a folder', () => {
  expect(wrapperModule(goMod, module, () => 'v0.36.3')).toContain(
    'replace example.org/part => example.org/part v0.36.3',
  );
});
