import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentClasses } from '@docfleet/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publishedWeights, type PublishedWeights } from './published-weights.ts';

const [receipt = noClass()] = documentClasses.filter(({ name }) => name === 'receipt');
const measured = { gain: 0.1, documents: 20, groups: 4 };
const at = new Date('2026-01-02T03:04:05Z');

let folder: string;
let published: PublishedWeights;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'published-'));
  published = publishedWeights(folder, receipt);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function noClass(): never {
  throw new Error('there is no class of receipts');
}

const weightsOf = (value: number): string => JSON.stringify({ total: { label: value } });
const inUse = () => published.inUse().fields.find(({ name }) => name === 'total')?.weights;
const publish = (value: number) => published.publish(weightsOf(value), { at, reason: null, measured });

describe('publishedWeights', () => {
  it('has the weights of the class file until others are published', () => {
    expect(published.inUse()).toBe(receipt);
    publish(1);
    expect(inUse()).toEqual({ label: 1 });
  });

  it('takes back one publication after the other, down to the class file', () => {
    const [first, second] = [publish(1), publish(2)];
    expect(published.rollBack({ at, reason: 'worse' })).toMatchObject({ digest: first, previous: second });
    expect(inUse()).toEqual({ label: 1 });
    expect(published.rollBack({ at, reason: null })).toMatchObject({ digest: null, previous: first });
    expect(published.inUse()).toBe(receipt);
    expect(() => published.rollBack({ at, reason: null })).toThrow(
      /no weights of receipt\.v1 were published/,
    );
  });

  it('publishes again after a rollback', () => {
    publish(1);
    published.rollBack({ at, reason: null });
    publish(3);
    expect(inUse()).toEqual({ label: 3 });
    published.rollBack({ at, reason: null });
    expect(published.inUse()).toBe(receipt);
  });

  it('keeps weights that were put there by hand, so that a rollback brings them back', () => {
    writeFileSync(join(folder, 'receipt.v1.json'), weightsOf(9));
    publish(1);
    published.rollBack({ at, reason: null });
    expect(inUse()).toEqual({ label: 9 });
  });

  it('notes what was measured, and leaves nothing beside the file that extraction reads', () => {
    const digest = publish(1);
    expect(published.entries()).toEqual([
      { at: at.toISOString(), kind: 'publish', digest, previous: null, reason: null, ...measured },
    ]);
    expect(readdirSync(folder).sort()).toEqual(['published', 'receipt.v1.json']);
  });

  it('refuses weights of fields that the class does not have', () => {
    expect(() => published.publish('{"totl":{}}', { at, reason: null, measured })).toThrow(
      /unknown fields: totl/,
    );
    expect(published.entries()).toEqual([]);
  });
});
