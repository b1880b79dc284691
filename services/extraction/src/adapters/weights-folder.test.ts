import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentClasses } from '@docfleet/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followWeightsFolder, readWeightsFolder } from './weights-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weights-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (name: string, value: unknown): void => {
  writeFileSync(join(folder, name), JSON.stringify(value));
};
const weightsIn = (classes: typeof documentClasses, name: string, field: string) =>
  classes.find((each) => each.name === name)?.fields.find((each) => each.name === field)?.weights;

describe('M-21: readWeightsFolder', () => {
  it('replaces the weights of the named fields only', () => {
    write('receipt.v1.json', { total: { label: 7 } });
    const { classes } = readWeightsFolder(folder, documentClasses);
    expect(weightsIn(classes, 'receipt', 'total')).toEqual({ label: 7 });
    expect(weightsIn(classes, 'receipt', 'date')).toEqual(weightsIn(documentClasses, 'receipt', 'date'));
    expect(classes.map(({ name }) => name)).toEqual(documentClasses.map(({ name }) => name));
  });

  it('gives other weights another digest, and the same weights the same', () => {
    write('receipt.v1.json', { total: { label: 7 } });
    const { digest } = readWeightsFolder(folder, documentClasses);
    expect(digest).toMatch(/^[0-9a-f]{8}$/);
    expect(readWeightsFolder(folder, documentClasses).digest).toBe(digest);
    write('receipt.v1.json', { total: { label: 8 } });
    expect(readWeightsFolder(folder, documentClasses).digest).not.toBe(digest);
  });

  it.each([
    [
      'a class that does not exist',
      'receit.v1.json',
      {},
      /receit\.v1\.json is for no class; expected one of .*receipt\.v1\.json/,
    ],
    [
      'a field that does not exist',
      'receipt.v1.json',
      { totl: {} },
      /receipt\.v1\.json: weights for unknown fields: totl/,
    ],
    ['another form', 'receipt.v1.json', [1], /receipt\.v1\.json: the trained weights are not/],
  ])('refuses weights of %s', (_, name, value, message) => {
    write(name, value);
    expect(() => readWeightsFolder(folder, documentClasses)).toThrow(message);
  });
});

describe('followWeightsFolder', () => {
  function followed() {
    const told: unknown[] = [];
    let now = 0;
    const current = followWeightsFolder({
      folder,
      classes: documentClasses,
      clock: { now: () => now },
      onChange: (digest) => told.push(digest),
      onProblem: () => told.push('problem'),
    });
    const after = (ms: number) => {
      now += ms;
      return current();
    };
    return { after, told };
  }

  it('uses weights that are published and takes them back without a restart', () => {
    const { after, told } = followed();
    expect(after(0)).toMatchObject({ digest: null });
    write('receipt.v1.json', { total: { label: 7 } });
    expect(weightsIn(after(10_000).classes, 'receipt', 'total')).toEqual({ label: 7 });
    rmSync(join(folder, 'receipt.v1.json'));
    expect(weightsIn(after(10_000).classes, 'receipt', 'total')).toEqual(
      weightsIn(documentClasses, 'receipt', 'total'),
    );
    expect(told).toEqual([expect.stringMatching(/^[0-9a-f]{8}$/), null]);
  });

  it('keeps the weights before when a file is broken, and says so once', () => {
    write('receipt.v1.json', { total: { label: 7 } });
    const { after, told } = followed();
    const { digest } = after(0);
    write('receipt.v1.json', [1]);
    expect(after(10_000).digest).toBe(digest);
    expect(after(10_000).digest).toBe(digest);
    expect(told).toEqual(['problem']);
  });

  it('does not read the folder again for every run', () => {
    const { after } = followed();
    write('receipt.v1.json', { total: { label: 7 } });
    expect(after(9_999).digest).toBeNull();
  });
});
