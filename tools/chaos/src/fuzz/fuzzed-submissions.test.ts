import { expect, test } from 'vitest';
import { damagedBytes, surrogatePlace } from './fuzzed-record.ts';
import { describeSubmission, fuzzedSubmissions } from './fuzzed-submissions.ts';

const place = {
  tenantId: 'fuzzing',
  bucket: 'bucket',
  ownKeys: ['uploads/fuzzing/a.pdf'],
  foreignKeys: ['uploads/other/a.pdf'],
  foreignRuns: ['00000000-0000-4000-8000-000000000000'],
};

const submissionsOf = (seed: number, count = 300) =>
  fuzzedSubmissions({ seed, count, files: [Buffer.from('%PDF-1.4')], place });

test('the same seed makes the same submissions', () => {
  const described = (seed: number) => submissionsOf(seed, 60).map(describeSubmission);
  expect(described(1)).toEqual(described(1));
  expect(described(1)).not.toEqual(described(2));
});

test('three hundred submissions have every channel, and the faults that stopped services before', () => {
  const submissions = submissionsOf(1);
  expect(new Set(submissions.map(({ channel }) => channel))).toEqual(
    new Set(['record', 'upload', 'json', 'other']),
  );
  const records = submissions.flatMap((each) => (each.channel === 'record' ? [each] : []));
  const damages = new Set(records.map(({ damage }) => damage.kind));
  expect(damages).toEqual(
    new Set([
      'none',
      'surrogate',
      'empty',
      'null',
      'no-magic',
      'schema-id',
      'cut',
      'appended',
      'overwritten',
    ]),
  );
  expect(records.some(({ value }) => value.requestId?.includes('\u0000'))).toBe(true);
  expect(records.some(({ value }) => value.source.uri.includes('..'))).toBe(true);
  expect(records.some(({ headers }) => JSON.stringify(headers).length > 100_000)).toBe(true);
});

test('no record names the other tenant, whose own records it may not write', () => {
  const named = submissionsOf(3, 600).flatMap((each) =>
    each.channel === 'record' ? [each.value.tenantId] : [],
  );
  expect(named).not.toContain('other');
});

test('lone surrogates are put into the bytes, whose length stays', () => {
  const bytes = Buffer.from(`a${surrogatePlace}b`);
  expect(damagedBytes(bytes, { kind: 'surrogate' })?.toString('hex')).toBe('61eda080eda080eda08062');
});

test('a description is one short line', () => {
  const lines = submissionsOf(4, 60).map(describeSubmission);
  expect(lines.filter((line) => line.length > 301 || line.includes('\n'))).toEqual([]);
});
