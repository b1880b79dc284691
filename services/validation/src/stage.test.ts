import { documentClasses, type DegradationLevel, type ValidationTask } from '@docfleet/contracts';
import type { DocumentFields, RunVerdict } from '@docfleet/domain';
import type { StageContext } from '@docfleet/stage';
import { objectRef, pageReading, runContext, validationTask } from '@docfleet/testing';
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

interface Given {
  readonly standing?: RunVerdict;
  readonly level?: DegradationLevel;
}

/** What the stage makes of a task. */
async function resultOf(
  task: ValidationTask,
  fields: DocumentFields,
  { standing, level = 'L0' }: Given = {},
) {
  const stage = validationStage(
    {
      results: {
        pages: () => Promise.resolve([pageReading(['Dear Sir'])]),
        fields: () => Promise.resolve([fields]),
      },
      verdicts: {
        save: (_run, verdict) => Promise.resolve({ ref: verdictRef, verdict: standing ?? verdict }),
      },
      level: () => level,
    },
    { maxConcurrentRuns: 1, timeoutMs: 30_000 },
  );
  const context = { run: task.context, signal: new AbortController().signal };
  return stage.handle(task, context as StageContext);
}

/** How the stage says that the run ends. */
async function handle(task: ValidationTask, fields: DocumentFields, given?: Given) {
  const result = await resultOf(task, fields, given);
  return result.kind === 'endRun' ? result.ending : undefined;
}

/** The records that the stage writes besides an ending. */
async function outputsOf(task: ValidationTask, fields: DocumentFields, given?: Given) {
  const result = await resultOf(task, fields, given);
  const outputs = result.kind === 'done' || result.kind === 'endRun' ? (result.outputs ?? []) : [];
  return {
    kind: result.kind,
    outputs: outputs.map((output) => [
      output.topic,
      'value' in output ? output.value(task.context) : output.bytes,
    ]),
  };
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

  it('ends with the stored verdict, not with a later one', async () => {
    const standing: RunVerdict = { verdict: 'reject', documents: [] };
    expect(await handle(task, fieldsOf(), { standing })).toMatchObject({ verdict: 'reject' });
  });
});

describe('H-01: a run that needs a person', () => {
  const withPolicy = (review: string) => validationTask({ context: runContext({ review, lane: 'high' }) });
  const unsure = fieldsOf({ confidence: 0.2 });
  const sure = fieldsOf();

  it('goes on to review with what the machine found, and has no ending', async () => {
    const task = withPolicy('below-threshold');
    expect(await outputsOf(task, unsure)).toEqual({
      kind: 'done',
      outputs: [
        [
          'review.tasks.high',
          {
            context: task.context,
            input: task.input,
            results: {
              manifest: task.manifest,
              readings: task.readings,
              fields: task.fields,
              verdict: verdictRef,
            },
            reasons: ['CLASS_UNSURE'],
            pageCount: 1,
            afterwards: false,
          },
        ],
      ],
    });
  });

  it.each([
    ['never', unsure, 'endRun'],
    ['a policy of a later release', unsure, 'endRun'],
    ['below-threshold', sure, 'endRun'],
    ['always', sure, 'done'],
    ['sample:100', sure, 'done'],
  ])('with the policy %s: %#', async (policy, fields, kind) => {
    expect((await outputsOf(withPolicy(policy), fields)).kind).toBe(kind);
  });

  it('R-02: is approved at L3 where the machine is sure, and looked at afterwards', async () => {
    const task = withPolicy('always');
    expect(await handle(task, sure, { level: 'L3' })).toMatchObject({ verdict: 'approve' });
    expect(await outputsOf(task, sure, { level: 'L3' })).toMatchObject({
      kind: 'endRun',
      outputs: [['review.tasks.high', { afterwards: true }]],
    });
    expect((await outputsOf(task, fieldsOf({ confidence: 0.85 }), { level: 'L3' })).kind).toBe('done');
    expect((await outputsOf(task, sure, { level: 'L4' })).kind).toBe('done');
    expect(await outputsOf(withPolicy('never'), sure, { level: 'L3' })).toEqual({
      kind: 'endRun',
      outputs: [],
    });
  });

  it('R-02: that was approved without a person stays so when a repeated attempt finds the fleet well again', async () => {
    const coverage = {
      ...{ fieldsExpected: 0, fieldsAnswered: 0, rowsSeen: 0, rowsExtracted: 0, pages: 1, pagesRead: 1 },
    };
    const finding = { code: 'AUTO_APPROVED', severity: 'info', fields: [], message: '' } as const;
    const standing: RunVerdict = {
      verdict: 'approve',
      documents: [{ index: 1, verdict: 'approve', findings: [finding], coverage, gaps: [] }],
    };
    expect(await outputsOf(withPolicy('always'), sure, { standing })).toMatchObject({
      kind: 'endRun',
      outputs: [['review.tasks.high', { afterwards: true }]],
    });
  });
});
