import { documentClasses, type ExtractionTask, type ValidationTask } from '@docfleet/contracts';
import { systemClock, type DocumentFields } from '@docfleet/domain';
import type { StageContext, StageResult } from '@docfleet/stage';
import { extractionTask, objectRef, pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import type { ExtractionParts } from './stage.ts';
import { extractionStage } from './stage.ts';

const pages = [pageReading(['TOTAL 9.00']), pageReading(['TOTAL 5.00'], { page: 2 })];
const fields = objectRef({ uri: 's3://docfleet/fields.json' });

function handle(task: ExtractionTask, parts: Partial<ExtractionParts> = {}) {
  const saved: (readonly DocumentFields[])[] = [];
  const stage = extractionStage(
    {
      trained: () => ({ classes: documentClasses, digest: null }),
      readings: { load: () => Promise.resolve(pages) },
      fields: {
        save: (_run, found) => {
          saved.push(found.fields);
          return Promise.resolve(fields);
        },
      },
      ...parts,
    },
    { maxConcurrentRuns: 1, timeoutMs: 30_000 },
  );
  const context = { run: task.context, clock: systemClock, signal: new AbortController().signal };
  return stage.handle(task, context as StageContext).then((result) => ({ result, saved }));
}

function nextTask(result: StageResult, task: ExtractionTask): ValidationTask {
  if (result.kind !== 'done') throw new Error(`The result is ${result.kind}.`);
  const [output] = result.outputs;
  expect([result.outputs.length, output?.topic, output?.key]).toEqual([
    1,
    'validation.tasks.normal',
    task.context.runId,
  ]);
  if (output === undefined || !('value' in output)) throw new Error('The output has no value.');
  return output.value(task.context) as ValidationTask;
}

const documents = documentClasses
  .filter(({ fields: own }) => own.length > 0)
  .slice(0, 2)
  .map(({ name, version }, i) => ({
    index: i + 1,
    documentClass: name,
    classVersion: version,
    confidence: 0.9,
    firstPage: i + 1,
    lastPage: i + 1,
    classSource: 'classified' as const,
    region: null,
  }));

describe('extractionStage', () => {
  it('passes on the task with a reference to the fields', async () => {
    const task = extractionTask({ documents, pageCount: 2 });
    const { result } = await handle(task);
    expect(nextTask(result, task)).toEqual({ ...task, fields });
  });

  it('writes one entry per document, from its own pages only', async () => {
    const { saved } = await handle(extractionTask({ documents, pageCount: 2 }));
    expect(saved.flat().map(({ index, firstPage }) => [index, firstPage])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(
      saved.flat().every((one) => one.fields.every(({ provenance }) => provenance.page === one.firstPage)),
    ).toBe(true);
  });

  it('never mixes the fields of two documents of one page (D-05)', async () => {
    const page = pageReading(['TOTAL 9.00', 'CASH 10.00', 'TOTAL 5.00', 'CASH 5.00']);
    const receipt = { ...documents[0], documentClass: 'receipt', classVersion: 1, firstPage: 1, lastPage: 1 };
    const upper = { ...receipt, index: 1, confidence: 0.9, classSource: 'classified' as const };
    const task = extractionTask({
      documents: [
        { ...upper, region: [0, 0, 1240, 175] },
        { ...upper, index: 2, region: [0, 175, 1240, 1754] },
      ],
    });
    const { saved } = await handle(task, { readings: { load: () => Promise.resolve([page]) } });
    expect(
      saved.flat().map(({ fields: found }) => found.find(({ name }) => name === 'total')?.normalised),
    ).toEqual(['9.00', '5.00']);
  });

  it('asks a proposer for required fields that were not found', async () => {
    const asked: string[] = [];
    const proposer = {
      propose: (_: unknown, missing: readonly string[]) => {
        asked.push(...missing);
        return Promise.resolve([]);
      },
    };
    const [first] = documents;
    const wanted = documentClasses.find(({ name }) => name === first?.documentClass);
    await handle(extractionTask({ documents: documents.slice(0, 1) }), {
      proposer,
      readings: { load: () => Promise.resolve([pageReading([])]) },
    });
    expect(asked).toEqual(wanted?.fields.filter(({ required }) => required).map(({ name }) => name));
  });

  it('fails for classes of another release', async () => {
    const unknown = { ...documents[0], documentClass: 'unheard-of' } as (typeof documents)[number];
    await expect(handle(extractionTask({ documents: [unknown] }))).rejects.toMatchObject({
      code: 'INTERNAL_ERROR',
    });
  });
});
