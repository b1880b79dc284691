import { describe, expect, it, test } from 'vitest';
import { dateOrders } from './dates.ts';
import { isLane, lanes, laneWeights } from './lane.ts';
import { bundleFolder, claimName, pageName, stageFolder, uploadName } from './object-names.ts';
import { textLayerJudgements } from './page.ts';
import { readingEngines, readingRoutes, unionOf } from './reading.ts';
import {
  defaultLimits,
  outcomeStatuses,
  reviewExpiryMs,
  runBudgetMs,
  runExpiryMs,
  taskTopic,
  terminalTopicOf,
} from './run.ts';
import { stageIndex, stageNames } from './stage-name.ts';
import { fieldTypes, verdicts } from './understanding.ts';

describe('names that are stored, and must not change', () => {
  const place = { claimDate: '2026-01-02', runId: 'run', revision: 3, round: 0 };

  it('of objects', () => {
    expect([
      claimName('run'),
      stageFolder(place, 'ocr', '7'),
      bundleFolder(place, 'outcome'),
      stageFolder({ ...place, round: 2 }, 'ocr', '7'),
      bundleFolder({ ...place, round: 2 }, 'outcome'),
      pageName(1, 'json'),
      pageName(12345, 'png'),
      uploadName('acme/ü', 'run', 'ab'),
    ]).toEqual([
      'claims/run',
      'runs/2026-01-02/run/r3/ocr@7',
      'runs/2026-01-02/run/r3/results/outcome',
      'runs/2026-01-02/run/r3.2/ocr@7',
      'runs/2026-01-02/run/r3.2/results/outcome',
      '0001.json',
      '12345.png',
      'uploads/acme%2F%C3%BC/run/ab',
    ]);
  });

  it('of topics', () => {
    expect([taskTopic('preprocess', 'urgent'), taskTopic('ocr', 'high')]).toEqual([
      'documents.urgent',
      'ocr.tasks.high',
    ]);
    expect(outcomeStatuses.map((status) => [status, terminalTopicOf(status)])).toEqual([
      ['completed', 'documents.completed'],
      ['completed_with_gaps', 'documents.completed'],
      ['failed', 'documents.failed'],
      ['cancelled', 'documents.failed'],
      ['expired', 'documents.failed'],
    ]);
  });

  it('of lanes, most urgent first, with their shares', () => {
    expect(lanes.map((lane) => [lane, laneWeights[lane]])).toEqual([
      ['urgent', 8],
      ['high', 3],
      ['normal', 1],
    ]);
    expect(['urgent', 'Urgent', '', 8, undefined].map(isLane)).toEqual([true, false, false, false, false]);
  });

  it('of stages, in the order of the pipeline', () => {
    expect(stageNames.map((stage) => [stage, stageIndex(stage)])).toEqual([
      ['preprocess', 0],
      ['ocr', 1],
      ['classification', 2],
      ['extraction', 3],
      ['validation', 4],
      ['review', 5],
      ['integration', 6],
    ]);
  });

  it('of what results say', () => {
    expect({ textLayerJudgements, readingEngines, readingRoutes, fieldTypes, verdicts, dateOrders }).toEqual({
      textLayerJudgements: ['none', 'trusted', 'hidden', 'sparse', 'garbled'],
      readingEngines: ['text-layer', 'onnx', 'tesseract'],
      readingRoutes: ['fast', 'auto', 'accurate'],
      fieldTypes: ['money', 'date', 'identifier', 'text', 'count', 'currency'],
      verdicts: ['approve', 'review', 'reject'],
      dateOrders: ['day-first', 'month-first'],
    });
  });
});

test('limits of a document and of a run', () => {
  expect({ ...defaultLimits, reviewExpiryMs, runBudgetMs, runExpiryMs }).toEqual({
    maxBytes: 52_428_800,
    maxPages: 200,
    maxPagePixels: 120_000_000,
    runBudgetMs: 600_000,
    runExpiryMs: 86_400_000,
    reviewExpiryMs: 2_592_000_000,
  });
});

test('the smallest box around boxes', () => {
  expect([
    unionOf([]),
    unionOf([[1, 2, 3, 4]]),
    unionOf([
      [5, 6, 7, 8],
      [1, 9, 6, 20],
      [3, 2, 30, 10],
    ]),
  ]).toEqual([undefined, [1, 2, 3, 4], [1, 2, 30, 20]]);
});
