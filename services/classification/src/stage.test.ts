import type { ClassificationTask, ExtractionTask } from '@docfleet/contracts';
import { systemClock, type PageReading } from '@docfleet/domain';
import type { StageContext } from '@docfleet/stage';
import { classificationTask, pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { classificationStage } from './stage.ts';

function handle(task: ClassificationTask, pages: readonly PageReading[]) {
  const stage = classificationStage(
    { readings: { load: () => Promise.resolve(pages) } },
    { maxConcurrentRuns: 1 },
  );
  const context = { run: task.context, clock: systemClock, signal: new AbortController().signal };
  return stage.handle(task, context as StageContext);
}

describe('classificationStage', () => {
  it('passes on the task with the documents found', async () => {
    const task = classificationTask({ pageCount: 2 });
    const page = ['Dear Sir or Madam,', 'we thank you for your letter', 'Yours faithfully'];
    const result = await handle(task, [pageReading(page), pageReading(['continued'], { page: 2 })]);
    if (result.kind !== 'done') throw new Error(`The result is ${result.kind}.`);
    const [output] = result.outputs;
    if (output === undefined || !('value' in output)) throw new Error('The output has no value.');
    const { documents, ...rest } = output.value(task.context) as ExtractionTask;
    expect([output.topic, rest]).toEqual(['extraction.tasks.normal', task]);
    expect(documents).toMatchObject([{ index: 1, documentClass: 'letter', firstPage: 1, lastPage: 2 }]);
  });

  it('fails a document without pages', async () => {
    await expect(handle(classificationTask(), [])).rejects.toMatchObject({ code: 'DOC_EMPTY' });
  });
});
