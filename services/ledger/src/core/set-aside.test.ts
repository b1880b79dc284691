import { describe, expect, it } from 'vitest';
import { completed, event, runId } from '../../test/facts.ts';
import { setAside } from './set-aside.ts';

const place = { topic: 'documents.completed', partition: 2, offset: 7n, key: runId };
const refusal = { cause: '22P05', message: 'refused', at: 5 };

describe('R-06: setAside', () => {
  it('keeps place, run, tenant and cause, and that the terminal event stands in its topic', () => {
    expect(setAside(place, { fact: completed() }, refusal)).toEqual({
      setAside: {
        topic: 'documents.completed',
        partition: 2,
        offset: 7n,
        tenantId: 'acme',
        runId,
        ...refusal,
      },
      published: { runId, revision: 1, outcomeId: 'outcome-1' },
    });
  });

  it('shows ids that are none escaped, and says nothing of such an outcome', () => {
    const { setAside: row, published } = setAside(place, { fact: completed({ runId: 'a\u0000' }) }, refusal);
    expect([row?.runId, published]).toEqual(['a\\u0000', undefined]);
  });

  it('takes the run of what cannot be decoded from its key, in topics that are keyed by runs', () => {
    const runOf = (topic: string, key: string) =>
      setAside({ ...place, topic, key }, {}, refusal).setAside?.runId;
    expect([
      runOf('documents.events', runId),
      runOf('documents.events', 'noise'),
      runOf('documents.rejected', runId),
      runOf('ocr.dead-letter', runId),
    ]).toEqual([runId, null, null, null]);
  });

  it('publishes nothing by an event', () => {
    expect(setAside(place, { fact: event('ocr', 'finished') }, refusal).published).toBeUndefined();
  });
});
