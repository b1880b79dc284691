import { ApiError, UnreachableError, type ReviewChange, type ReviewTask } from '@docfleet/client';
import { expect, test } from 'vitest';
import { pendingOf } from '../model/change-queue.ts';
import { settleMs } from '../model/decision-guard.ts';
import type { ReviewHolder } from '../model/review-types.ts';
import { openTaskSession, type TaskApi, type TaskSession } from './task-session.ts';

const set = (value: string): ReviewChange => ({ op: 'set', document: 1, field: 'total', value });

const refusal = (status: number, code: string, extra: object = {}): ApiError =>
  new ApiError({
    status,
    body: JSON.stringify({ code, title: code, status, type: '', instance: '', ...extra }),
  });

function documentsOf(firstPages: readonly number[]): ReviewTask['documents'] {
  return firstPages.map((firstPage, at) => ({
    ...{ index: at + 1, firstPage, lastPage: (firstPages[at + 1] ?? 6) - 1, documentClass: 'receipt' },
    ...{ classVersion: 1, confidence: 1, classState: 'machine', fields: [], rows: [], rowsSeen: 0 },
    ...{ findings: [], gaps: [] },
  }));
}

/** One task in a gateway: it stores changes of who holds it, and each change id once. */
function fakeGateway() {
  const stored: ReviewChange[] = [];
  const ids = new Set<string>();
  const faults: unknown[] = [];
  const state = {
    version: 1,
    isMine: true,
    isDecided: false,
    losesAnswers: false,
    decisions: [] as string[],
    /** First pages of the documents of a file of five pages. */
    firstPages: [] as number[],
  };
  const me = (isMe: boolean): ReviewHolder => ({
    id: isMe ? 'me' : 'b',
    name: null,
    isMe,
    until: new Date(300_000).toISOString(),
  });
  const task = (): ReviewTask => ({
    ...{
      taskId: 't',
      runId: 'r',
      tenantId: 'a',
      revision: 1,
      round: 0,
      lane: 'normal',
      afterwards: false,
      documentClass: 'receipt',
    },
    ...{
      state: state.isDecided ? 'decided' : 'waiting',
      doubt: 0,
      reasons: [],
      pageCount: 1,
      fileName: null,
    },
    ...{
      version: state.version,
      fourEyes: { needed: false, approvals: 0 },
      holder: state.isMine ? me(true) : me(false),
    },
    ...{
      decision: null,
      createdAt: '',
      updatedAt: '',
      expiresAt: '',
      documents: documentsOf(state.firstPages),
      classes: [],
      links: { self: '', job: '' },
    },
  });
  const fail = (): void => {
    const fault = faults.shift();
    if (fault instanceof Error) throw fault;
  };
  const api: TaskApi = {
    read: () => Promise.resolve(task()),
    claim: () => {
      if (state.isDecided) return Promise.reject(refusal(409, 'TASK_CLOSED'));
      return Promise.resolve({ acquired: state.isMine, holder: me(state.isMine), version: state.version });
    },
    change: async ({ version, changeId, changes }) => {
      await Promise.resolve();
      const isLost = faults[0] === 'lost answer';
      if (!isLost) fail();
      if (state.isDecided) throw refusal(409, 'TASK_CLOSED');
      if (!state.isMine) throw refusal(409, 'LEASE_LOST');
      if (!ids.has(changeId)) {
        if (version !== state.version) throw refusal(409, 'VERSION_CONFLICT');
        const at = changes.findIndex((change) => change.op === 'set' && change.value === 'wrong');
        if (at >= 0)
          throw refusal(422, 'CHANGE_REFUSED', {
            errors: [{ path: `changes.${String(at)}`, message: 'no amount' }],
          });
        ids.add(changeId);
        stored.push(...changes);
        state.version += 1;
      }
      if (isLost) {
        faults.shift();
        throw new UnreachableError('', undefined);
      }
      return task();
    },
    decide: async ({ version, decisionId }) => {
      await Promise.resolve();
      fail();
      if (version !== state.version) throw refusal(409, 'VERSION_CONFLICT');
      state.decisions.push(decisionId);
      // The first answer is lost: the decision stands, and may be told again by its id alone.
      if (state.isDecided && state.decisions[0] !== decisionId) throw refusal(409, 'DECISION_CONFLICT');
      state.isDecided = true;
      if (state.losesAnswers) {
        state.losesAnswers = false;
        throw new UnreachableError('', undefined);
      }
      return { state: 'decided', approvals: 1, outcomeId: null, decision: 'approve' };
    },
  };
  return { api, state, stored, faults, task };
}

interface Desk {
  readonly session: TaskSession;
  readonly kept: { text: string | null };
  readonly time: { now: number };
}

function open(gateway: ReturnType<typeof fakeGateway>, kept: Desk['kept'] = { text: null }): Desk {
  const time = { now: 0 };
  let id = 0;
  const session = openTaskSession({
    task: gateway.task(),
    api: gateway.api,
    drafts: {
      read: () => kept.text,
      write: (text) => {
        kept.text = text;
      },
    },
    context: { now: () => time.now, newId: () => `id-${String((id += 1))}`, sleep: () => Promise.resolve() },
    onError: () => undefined,
  });
  session.start();
  return { session, kept, time };
}

/** Lets everything happen that waits for nothing but turns of the loop. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test('changes are stored in their order, and nothing is kept afterwards', async () => {
  const gateway = fakeGateway();
  const { session, kept } = open(gateway);
  session.change(set('1'));
  session.change(set('2'));
  expect(kept.text).not.toBeNull();
  await settle();
  expect(gateway.stored).toEqual([set('1'), set('2')]);
  expect(kept.text).toBeNull();
});

test('a gateway that is away, and an answer that is lost, store each change once', async () => {
  const gateway = fakeGateway();
  gateway.faults.push(new UnreachableError('', undefined), 'lost answer', refusal(503, 'BUSY'));
  const { session } = open(gateway);
  session.change(set('1'));
  session.change(set('2'));
  await settle();
  expect(gateway.stored).toEqual([set('1'), set('2')]);
  expect(session.state().isAway).toBe(false);
});

test('another version of the task is taken over, and the changes are stored on it', async () => {
  const gateway = fakeGateway();
  const { session } = open(gateway);
  gateway.state.version = 9;
  session.change(set('1'));
  await settle();
  expect(gateway.stored).toEqual([set('1')]);
});

test('where somebody else has divided a document, changes and what is typed go to the documents that they were made for', async () => {
  const gateway = fakeGateway();
  gateway.state.firstPages = [1, 3];
  const { session } = open(gateway);
  session.keepText('1/date', '1.2.');
  session.keepText('2/date', '25.12.');
  gateway.state.version = 9;
  gateway.state.firstPages = [1, 2, 3];
  session.change({ op: 'set', document: 2, field: 'total', value: '9.50' });
  await settle();
  expect(gateway.stored).toEqual([{ op: 'set', document: 3, field: 'total', value: '9.50' }]);
  expect(session.state().texts).toEqual({ '1/date': '1.2.', '3/date': '25.12.' });
});

test('they go there also when the page is loaded again after that', async () => {
  const gateway = fakeGateway();
  gateway.state.firstPages = [1, 3];
  gateway.state.isMine = false;
  const { session, kept } = open(gateway);
  session.keepText('2/date', '25.12.');
  session.change({ op: 'set', document: 2, field: 'total', value: '9.50' });
  await settle();
  session.stop();
  gateway.state.firstPages = [1, 2, 3];
  const again = open(gateway, kept).session.state();
  expect(pendingOf(again.queue)).toEqual([{ op: 'set', document: 3, field: 'total', value: '9.50' }]);
  expect(again.texts).toEqual({ '3/date': '25.12.' });
});

test('a lease that ends while somebody types loses nothing: the changes wait, and are stored once it is taken again', async () => {
  const gateway = fakeGateway();
  const { session, kept } = open(gateway);
  session.keepText('1/date', '25.12.');
  gateway.state.isMine = false;
  session.change(set('1'));
  await settle();
  expect(session.state().queue.halt).toBe('lease');
  expect(session.state().holder?.isMe).toBe(false);
  session.change(set('2'));
  await settle();
  expect(gateway.stored).toEqual([]);
  // The page is loaded again meanwhile.
  session.stop();
  const again = open(gateway, kept);
  expect(pendingOf(again.session.state().queue)).toEqual([set('1'), set('2')]);
  expect(again.session.state().texts).toEqual({ '1/date': '25.12.' });
  gateway.state.isMine = true;
  gateway.state.version = 5;
  await again.session.claim();
  await settle();
  expect(gateway.stored).toEqual([set('1'), set('2')]);
});

test('a task that was decided elsewhere takes nothing more and says so', async () => {
  const gateway = fakeGateway();
  const { session } = open(gateway);
  gateway.state.isDecided = true;
  session.change(set('1'));
  await settle();
  expect(session.state().queue.halt).toBe('closed');
  expect(session.state().task.state).toBe('decided');
  expect(pendingOf(session.state().queue)).toEqual([set('1')]);
});

test('a value that does not fit is told with its reason, and the others are stored', async () => {
  const gateway = fakeGateway();
  const { session } = open(gateway);
  for (const value of ['1', 'wrong', '2']) session.change(set(value));
  await settle();
  expect(gateway.stored).toEqual([set('1'), set('2')]);
  expect(session.state().queue.refused).toEqual([{ change: set('wrong'), message: 'no amount' }]);
  await expect(session.decide({ kind: 'approve' })).rejects.toThrow('changes were refused');
});

test('a decision waits for the changes, and made again after a lost answer it is the same decision', async () => {
  const gateway = fakeGateway();
  const { session, kept } = open(gateway);
  session.change(set('1'));
  gateway.state.losesAnswers = true;
  await expect(session.decide({ kind: 'approve' })).rejects.toThrow(UnreachableError);
  expect(gateway.stored).toEqual([set('1')]);
  await session.decide({ kind: 'approve' });
  const [first, second, ...others] = gateway.state.decisions;
  expect([second, others]).toEqual([first, []]);
  expect(kept.text).toBeNull();
});

test('a decision that is made twice is sent once, and only the first one has an answer', async () => {
  const gateway = fakeGateway();
  const { session } = open(gateway);
  const answers = await Promise.all([
    session.decide({ kind: 'approve' }),
    session.decide({ kind: 'approve' }),
    session.decide({ kind: 'reject', reason: 'not ours' }),
  ]);
  expect(answers.map((answer) => answer?.decision)).toEqual(['approve', undefined, undefined]);
  expect(await session.decide({ kind: 'approve' })).toBeUndefined();
  expect(gateway.state.decisions).toHaveLength(1);
});

test('keys that decide count once the task has been shown for a while, and no more once it is decided', async () => {
  const { session, time } = open(fakeGateway());
  time.now = settleMs - 1;
  expect(session.mayDecide()).toBe(false);
  time.now = settleMs;
  expect(session.mayDecide()).toBe(true);
  await session.decide({ kind: 'approve' });
  expect(session.mayDecide()).toBe(false);
});

test('a decision of a task that was left meanwhile has no answer', async () => {
  const gateway = fakeGateway();
  const { session } = open(gateway);
  const answer = session.decide({ kind: 'approve' });
  await Promise.resolve();
  session.stop();
  expect(await answer).toBeUndefined();
});

test('a decision that was refused can be made again', async () => {
  const gateway = fakeGateway();
  gateway.faults.push(refusal(403, 'FORBIDDEN'));
  const { session } = open(gateway);
  await expect(session.decide({ kind: 'approve' })).rejects.toThrow(ApiError);
  expect(session.state().isDeciding).toBe(false);
  expect((await session.decide({ kind: 'approve' }))?.decision).toBe('approve');
});

test('a lease is renewed for somebody who works, and not for somebody who has gone', async () => {
  const gateway = fakeGateway();
  const claims: number[] = [];
  const { claim } = gateway.api;
  const watched = { ...gateway, api: { ...gateway.api, claim: () => (claims.push(1), claim()) } };
  const { session, time } = open(watched);
  time.now = 150_000;
  session.tick();
  await settle();
  expect(claims).toHaveLength(0);
  session.noteActivity();
  session.tick();
  await settle();
  expect(claims).toHaveLength(1);
});

test('nothing is sent before it is known who holds the task', async () => {
  const gateway = fakeGateway();
  gateway.state.isMine = false;
  const { session } = open(gateway);
  session.change(set('1'));
  await settle();
  expect(session.state().queue.halt).toBeNull();
  gateway.state.isMine = true;
  await session.claim();
  await settle();
  expect(gateway.stored).toEqual([set('1')]);
});
