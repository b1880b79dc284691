import { ApiError, type ReviewTask } from '@docfleet/client';
import { expect, test } from 'vitest';
import { openTasksAhead, type AheadApi, type TasksAhead, type Wish } from './tasks-ahead.ts';

const wish: Wish = { taskId: 'open', documentClass: undefined };

const taskOf = (taskId: string, version = 1): ReviewTask => ({
  ...{ taskId, version, runId: 'r', tenantId: 'a', revision: 1, round: 0, lane: 'normal', afterwards: false },
  ...{ documentClass: 'receipt', state: 'waiting', doubt: 0, reasons: [], pageCount: 1, fileName: null },
  ...{ fourEyes: { needed: false, approvals: 0 }, holder: null, decision: null, documents: [], classes: [] },
  ...{ createdAt: '', updatedAt: '', expiresAt: '', links: { self: '', job: '' } },
});

/** A queue of `t1`, `t2` and so on; `others` are held by somebody else, `gone` wait no more. */
function fakeQueue() {
  const held = new Set<string>();
  const others = new Set<string>();
  const gone = new Set<string>();
  const kept: { text: string | null } = { text: null };
  const reads: string[] = [];
  const state = { isAway: false };
  let count = 0;
  const answer = async (): Promise<void> => {
    await Promise.resolve();
    if (state.isAway) throw new Error('away');
  };
  const api: AheadApi = {
    claimNext: async () => {
      await answer();
      const taskId = `t${String((count += 1))}`;
      held.add(taskId);
      return taskOf(taskId);
    },
    claim: async (taskId) => {
      await answer();
      if (gone.has(taskId))
        throw new ApiError({ status: 409, body: JSON.stringify({ code: 'TASK_CLOSED', status: 409 }) });
      const acquired = !others.has(taskId);
      if (acquired) held.add(taskId);
      else held.delete(taskId);
      return { acquired, holder: null, version: 1 };
    },
    read: async (taskId) => {
      await answer();
      reads.push(taskId);
      return taskOf(taskId);
    },
    release: async (taskId) => {
      await answer();
      held.delete(taskId);
    },
  };
  /** As a page that is loaded: what it knows is what the storage has. */
  const open = (): TasksAhead =>
    openTasksAhead({
      api,
      store: {
        read: () => kept.text,
        write: (text) => {
          kept.text = text;
        },
      },
    });
  return { open, held, others, gone, kept, reads, state };
}

test('a page that is loaded again and again claims one task', async () => {
  const queue = fakeQueue();
  for (let load = 0; load < 3; load += 1) await queue.open().prepare(wish);
  expect([...queue.held]).toEqual(['t1']);
  expect((await queue.open().take(wish))?.taskId).toBe('t1');
  expect(queue.kept.text).toBeNull();
});

test('a task that is taken while it is being claimed ahead is claimed once', async () => {
  const queue = fakeQueue();
  const ahead = queue.open();
  const [prepared, taken] = await Promise.all([ahead.prepare(wish), ahead.take(wish)]);
  expect([prepared?.taskId, taken?.taskId, [...queue.held]]).toEqual(['t1', 't1', ['t1']]);
  // What the same page has claimed is not read again.
  expect(queue.reads).toEqual([]);
});

test('a task that somebody else has now, that waits no more, or that is open, is not the next one', async () => {
  const queue = fakeQueue();
  await queue.open().prepare(wish);
  queue.others.add('t1');
  expect((await queue.open().prepare(wish))?.taskId).toBe('t2');
  queue.gone.add('t2');
  expect((await queue.open().prepare(wish))?.taskId).toBe('t3');
  expect((await queue.open().prepare({ ...wish, taskId: 't3' }))?.taskId).toBe('t4');
});

test('a task of another class is given up', async () => {
  const queue = fakeQueue();
  await queue.open().prepare(wish);
  expect((await queue.open().prepare({ ...wish, documentClass: 'invoice' }))?.taskId).toBe('t2');
  expect([...queue.held]).toEqual(['t2']);
});

test('a task is given up once it is not needed, also one that is just being claimed', async () => {
  const queue = fakeQueue();
  const ahead = queue.open();
  await Promise.all([ahead.prepare(wish), ahead.release()]);
  expect([[...queue.held], queue.kept.text]).toEqual([[], null]);
});

test('a gateway that is away changes nothing of what is kept', async () => {
  const queue = fakeQueue();
  const ahead = queue.open();
  await ahead.prepare(wish);
  queue.state.isAway = true;
  await expect(ahead.take(wish)).rejects.toThrow('away');
  queue.state.isAway = false;
  expect((await ahead.take(wish))?.taskId).toBe('t1');
});
