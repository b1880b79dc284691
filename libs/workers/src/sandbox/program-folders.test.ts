import { expect, test } from 'vitest';
import { programFolders } from './program-folders.ts';

test('a child sees the packages, the libraries and its own service', () => {
  expect(programFolders('file:///srv/services/app/services/ocr/src/adapters/engine.ts')).toEqual([
    '/srv/services/app/node_modules',
    '/srv/services/app/libs',
    '/srv/services/app/services/ocr',
  ]);
});
