import { join } from 'node:path';
import { documentClasses } from '@docfleet/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { draftClass, startDraftPool, type DraftPool } from '../src/index.ts';
import { draft } from './sample-draft.ts';

const root = join(import.meta.dirname, '../../..');
const readRoots = [join(root, 'node_modules'), join(root, 'libs')];
const { signal } = new AbortController();

let pool: DraftPool | undefined;
afterEach(() => pool?.close());

function open(options: { readonly maxQueued?: number; readonly timeoutMs?: number } = {}): DraftPool {
  const { maxQueued = 1, timeoutMs = 60_000 } = options;
  pool = startDraftPool({ maxQueued, timeoutMs, readRoots });
  return pool;
}

describe('startDraftPool', () => {
  it('learns in a child what is learned in this process', async () => {
    expect(await open().draft(draft, signal)).toEqual(draftClass(draft, documentClasses));
  });

  it('kills a child that takes too long, and says that the service cannot do it', async () => {
    const many = { ...draft, examples: Array.from({ length: 20 }, () => draft.examples).flat() };
    await expect(open({ timeoutMs: 1_500 }).draft(many, signal)).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
  });

  it('refuses more drafts than may wait', async () => {
    const full = open({ maxQueued: 1 });
    const answers = await Promise.allSettled([1, 2, 3].map(() => full.draft(draft, signal)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  });
});
