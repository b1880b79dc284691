import { expect, test } from 'vitest';
import { actionOfArtifact, manifestUri, readArtifactName, renditionUri, servedType } from './artifacts.ts';

test.each([
  ['result.json', { kind: 'bundle', name: 'result.json' }],
  ['original', { kind: 'original' }],
  ['page-12', { kind: 'page', page: 12 }],
  ['searchable.pdf', { kind: 'rendition', name: 'searchable.pdf' }],
])('A-03: %s is an artifact', (name, expected) => {
  expect(readArtifactName(name)).toEqual(expected);
});

test.each(['', 'page-0', 'page-01', 'page-1.png', 'page-9999999', '../result.json', 'Original', 'claims'])(
  'A-03: %j is none',
  (name) => {
    expect(readArtifactName(name)).toBeUndefined();
  },
);

test('A-03: what shows the document needs the right to read evidence', () => {
  const action = (name: string) => {
    const artifact = readArtifactName(name);
    return artifact && actionOfArtifact(artifact);
  };
  expect(['result.json', 'coverage_report.json'].map(action)).toEqual(['readArtifacts', 'readArtifacts']);
  const shown = [
    'evidence_registry.json',
    'original',
    'page-1',
    'words.json',
    'words.hocr',
    'words.alto.xml',
    'searchable.pdf',
  ];
  expect(new Set(shown.map(action))).toEqual(new Set(['readEvidence']));
});

test('addresses stand beside what they belong to', () => {
  expect(renditionUri('s3://b/runs/d/r/r1/results/o/result.json', 'words.hocr')).toBe(
    's3://b/runs/d/r/r1/results/o/renditions@1/words.hocr',
  );
  expect(manifestUri('s3://b/runs/d/r/r1/preprocess@2/pages/0001.png')).toBe(
    's3://b/runs/d/r/r1/preprocess@2/manifest.json',
  );
});

test('A-03: a file is never served as markup', () => {
  expect(['application/pdf', 'text/html', 'image/svg+xml'].map(servedType)).toEqual([
    'application/pdf',
    'application/octet-stream',
    'application/octet-stream',
  ]);
});
