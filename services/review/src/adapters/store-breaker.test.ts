import { FailureError } from '@docfleet/domain';
import { expect, it } from 'vitest';
import type { TaskForPeople } from '../core/review-task.ts';
import { guardTasks, taskStoreBreaker } from './store-breaker.ts';

const { signal } = new AbortController();

async function stateAfter(error: Error, times: number): Promise<string> {
  const breaker = taskStoreBreaker();
  const tasks = guardTasks({ store: () => Promise.reject(error) }, breaker);
  for (let time = 0; time < times; time += 1)
    await expect(tasks.store({} as TaskForPeople, signal)).rejects.toThrow(error);
  const { state } = breaker;
  breaker.close();
  return state;
}

it('R-01: opens when tasks cannot be stored, and not because the database is away, which has a breaker of its own', async () => {
  expect([
    await stateAfter(new FailureError('STORE_UNAVAILABLE'), 4),
    await stateAfter(new FailureError('STORE_UNAVAILABLE'), 5),
    await stateAfter(new FailureError('DATABASE_UNAVAILABLE'), 9),
  ]).toEqual(['closed', 'open', 'closed']);
});
