import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { documentClasses } from '@docfleet/contracts';
import { sharedData } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { rates, score, type Labelled, type Values } from './score.ts';

const mapping = documentClasses.find(({ evaluation }) => evaluation?.set === 'receipts')?.evaluation ?? {
  set: 'receipts',
  fields: [],
};
const labels: readonly Labelled[] = [
  { id: '1', values: { company: 'A SDN BHD', date: '25/12/2018', address: 'X, Y', total: '9.00' } },
  { id: '2', values: { company: 'B', date: '01/02/2018', address: null, total: '5.00' } },
];
const own = new Map(labels.map(({ id, values }): [string, Values] => [id, values]));

describe('score', () => {
  it('gives full marks to the labels themselves', () => {
    const full = score(mapping, own, labels);
    expect([
      full.rates.strict['micro']?.f1,
      full.rates.normalised['micro']?.f1,
      full.documentsAllRight,
    ]).toEqual([1, 1, 2]);
  });

  it('takes other spellings as right only in the normalised comparison', () => {
    const spelled = new Map([['1', { company: 'a sdn. bhd.', date: '2018-12-25', total: 'RM9.00' }]]);
    const half = score(mapping, spelled, labels);
    expect(half.rates.strict['micro']?.tp).toBe(0);
    expect(half.rates.normalised['micro']).toEqual(rates({ tp: 3, fp: 0, fn: 4 }));
  });

  it('counts a value where the label is empty against precision only', () => {
    const invented = score(mapping, new Map([['2', { address: 'made up' }]]), labels);
    expect(invented.rates.normalised['address']).toEqual(rates({ tp: 0, fp: 1, fn: 1 }));
  });

  it('does not score a label that a document does not have: nobody said what it is', () => {
    const [first] = mapping.fields;
    const label = first?.label ?? '';
    const predictions = new Map([['a', { [label]: 'anything' }]]);
    expect(score(mapping, predictions, [{ id: 'a', values: {} }]).rates.normalised[label]).toMatchObject({
      fp: 0,
      fn: 0,
    });
  });

  it('names predictions for documents that are not labelled', () => {
    expect(score(mapping, new Map([['9', { total: '1' }]]), labels).unknownIds).toBe(1);
  });
});

const script = join(sharedData('comparison with the scoring script of the labelled data') ?? '', 'score.py');

/** Predictions that are right, misspelled, wrong or missing, from a small generator of its own. */
function perturbed(documents: readonly Labelled[], seed: number): Map<string, Values> {
  let state = seed;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const change = (value: string): string | undefined =>
    [
      value,
      value.toLowerCase(),
      `${value} x`,
      `$ ${value}`,
      value.replaceAll('/', '-'),
      value.slice(1),
      undefined,
    ][next(7)];
  return new Map(
    documents.map(({ id, values }) => [
      id,
      Object.fromEntries(
        Object.entries(values).flatMap(([name, value]) => {
          const given =
            typeof value === 'string' ? change(value) : next(4) === 0 ? 'invented 1.00' : undefined;
          return given === undefined ? [] : [[name, given] as const];
        }),
      ),
    ]),
  );
}

describe.skipIf(!existsSync(script))('the scoring script', () => {
  it.each([1, 2, 3])('counts the same on changed labels, seed %i (D-12)', (seed) => {
    const folder = mkdtempSync(join(tmpdir(), 'score-'));
    const given = perturbed(labels.concat(manyLabels), seed);
    const all = labels.concat(manyLabels);
    const write = (name: string, rows: readonly object[]): string => {
      const file = join(folder, name);
      writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
      return file;
    };
    const answer = JSON.parse(
      execFileSync('python3', [
        script,
        '--kind',
        'receipts',
        '--json',
        write(
          'predictions.jsonl',
          [...given].map(([id, fields]) => ({ id, fields })),
        ),
        write(
          'labels.jsonl',
          all.map(({ id, values }) => ({ id, ...values })),
        ),
      ]).toString(),
    ) as Record<string, unknown>;
    const ours = score(mapping, given, all);
    expect(ours.rates).toEqual({ strict: answer['strict'], normalised: answer['normalised'] });
    expect(ours.documentsAllRight).toBe(answer['documents_all_right']);
  });
});

const manyLabels: readonly Labelled[] = Array.from({ length: 60 }, (_, i) => ({
  id: `many-${String(i)}`,
  values: {
    company: `Café ${String(i)} & Söhne, GmbH`,
    date: i % 3 === 0 ? `${String((i % 28) + 1)} MAR 2018` : `${String((i % 28) + 1)}/1${String(i % 3)}/2018`,
    address: i % 5 === 0 ? null : `NO. ${String(i)}, JALAN ${String(i * 7)}/2`,
    total: i % 2 === 0 ? `${String(i * 37)}.${String(10 + i)}` : `1.${String(100 + i)},5`,
  },
}));
