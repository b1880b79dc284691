import type { ClassificationTask, ExtractionTask, Pool } from '@docfleet/contracts';
import { systemClock, type PageReading } from '@docfleet/domain';
import type { StageContext } from '@docfleet/stage';
import { classificationTask, pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { classificationStage } from './stage.ts';

function handle(task: ClassificationTask, pages: readonly PageReading[], pools: readonly Pool[] = []) {
  const stage = classificationStage(
    { readings: { load: () => Promise.resolve(pages) }, pools },
    { maxConcurrentRuns: 1, timeoutMs: 30_000 },
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

  it('M-21: sends a file to the pool of its class, in the lane of the run', async () => {
    const page = ['Dear Sir or Madam,', 'we thank you for your letter', 'Yours faithfully'];
    const topicWith = async (...classes: readonly string[]) => {
      const pools = [{ name: 'post', classes }];
      const result = await handle(classificationTask({ pageCount: 1 }), [pageReading(page)], pools);
      return result.kind === 'done' ? result.outputs.map(({ topic }) => topic) : [];
    };
    expect(await topicWith('letter')).toEqual(['extraction.post.tasks.normal']);
    expect(await topicWith('invoice')).toEqual(['extraction.tasks.normal']);
  });

  it('A-02: takes the class that the submission names, and says so', async () => {
    const page = ['Dear Sir or Madam,', 'we thank you for your letter', 'Yours faithfully'];
    const context = { ...classificationTask().context, documentClass: 'invoice' };
    const task = classificationTask({ context, pageCount: 2 });
    const result = await handle(task, [pageReading(page), pageReading(['continued'], { page: 2 })]);
    const [output] = result.kind === 'done' ? result.outputs : [];
    if (output === undefined || !('value' in output)) throw new Error('The output has no value.');
    const { documents } = output.value(context) as ExtractionTask;
    expect(documents).toEqual([
      {
        ...{ index: 1, documentClass: 'invoice', classVersion: 1, firstPage: 1, lastPage: 2 },
        ...{ confidence: expect.closeTo(0, 1) as number, classSource: 'submitted', region: null },
      },
    ]);
  });

  it('tries again what names a class of a newer release', async () => {
    const context = { ...classificationTask().context, documentClass: 'passport' };
    await expect(handle(classificationTask({ context }), [pageReading(['a'])])).rejects.toMatchObject({
      code: 'INTERNAL_ERROR',
    });
  });

  it('fails a document without pages', async () => {
    await expect(handle(classificationTask(), [])).rejects.toMatchObject({ code: 'DOC_EMPTY' });
  });
});
