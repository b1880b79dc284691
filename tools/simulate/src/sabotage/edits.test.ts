import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { liveSabotages } from './live-sabotages.ts';
import { sabotages } from './sabotages.ts';

const root = join(import.meta.dirname, '../../../..');

it.each([...sabotages, ...liveSabotages])(
  'M-15: "$name" changes text that its source has once',
  ({ edits }) => {
    for (const { file, find } of edits) {
      expect([file, readFileSync(join(root, file), 'utf8').split(find).length - 1]).toEqual([file, 1]);
    }
  },
);
