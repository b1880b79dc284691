import { documentClasses, type ValidationTask } from '@docfleet/contracts';
import type { DocumentFields, RunVerdict } from '@docfleet/domain';
import type { StageContext } from '@docfleet/stage';
import { objectRef, pageReading, validationTask } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { validationStage } from './stage.ts';

const verdictRef = objectRef({ uri: 's3://docfleet/verdict.json' });
const letter = documentClasses.find(
  ({ fields }) => fields.length > 0 && fields.every(({ required }) => !required),
);

function fieldsOf(facts: Partial<DocumentFields> = {}): DocumentFields {
  return {
    index: 1,
    documentClass: letter?.name ?? '',
    classVersion: letter?.version ?? 0,
    confidence: 0.95,
    firstPage: 1,
    lastPage: 1,
    fields: [],
    rows: [],
    rowsSeen: 0,
    ...facts,
  };
}

/** How the stage says that the run ends. */
async function handle(task: ValidationTask, fields: DocumentFields, standing?: RunVerdict) {
  const stage = validationStage(
    {
      results: {
        pages: () => Promise.resolve([pageReading(['Dear Sir'])]),
        fields: () => Promise.resolve([fields]),
      },
      verdicts: {
        save: (_run, verdict) => Promise.resolve({ ref: verdictRef, verdict: standing ?? verdict }),
      },
    },
    { maxConcurrentRuns: 1, timeoutMs: 30_000 },
  );
  const context = { run: task.context, signal: new AbortController().signal };
  const result = await stage.handle(task, context as StageContext);
  const ending = result.kind === 'endRun' ? result.ending : undefined;
  return ending;
}

describe('validationStage', () => {
  const task = validationTask();

  it('ends the run with the verdict and what every stage wrote', async () => {
    expect(await handle(task, fieldsOf())).toMatchObject({
      status: 'completed',
      verdict: 'approve',
      input: task.input,
      results: {
        manifest: task.manifest,
        readings: task.readings,
        fields: task.fields,
        verdict: verdictRef,
      },
      pageCount: 1,
    });
  });

  it('ends with gaps where something seen was not extracted (D-07)', async () => {
    expect(await handle(task, fieldsOf({ rowsSeen: 2 }))).toMatchObject({
      status: 'completed_with_gaps',
    });
  });

  it('A-02: asks for a review of a document whose submission asks for no checks', async () => {
    const unchecked = { ...task, context: { ...task.context, checks: false } };
    expect(await handle(unchecked, fieldsOf())).toMatchObject({ verdict: 'review' });
  });

  it('ends with the stored verdict, not with a later one', async () => {
    const standing: RunVerdict = { verdict: 'reject', documents: [] };
    expect(await handle(task, fieldsOf(), standing)).toMatchObject({ verdict: 'reject' });
  });
});
