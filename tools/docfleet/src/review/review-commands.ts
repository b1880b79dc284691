import { randomUUID } from 'node:crypto';
import type { Client } from '@docfleet/client';
import { commands, usageError, type ValuesOf } from '@docfleet/command-line';
import { exitCodes } from '../read/exit-code.ts';
import { entriesOf } from '../remote/pages.ts';
import { withClient } from '../remote/with-client.ts';
import type { Shell } from '../shell.ts';
import { renderTask, renderTaskLine } from './render-task.ts';

const { list, approve } = commands.docfleet.subcommands.review.subcommands;
type Subcommands = typeof commands.docfleet.subcommands.review.subcommands;

interface Call<Name extends keyof Subcommands> {
  readonly operands: readonly string[];
  readonly values: ValuesOf<Subcommands[Name]['options']>;
}

/** `docfleet review list`: lists tasks in the order of the queue. */
export function listTasksCommand(call: Call<'list'>, shell: Shell): Promise<number> {
  const state = list.options.state.accepts.of.find((each) => each === call.values.state);
  const { class: documentClass, limit } = call.values;
  return withClient(call, shell, async ({ client, signal, print }) => {
    const listed = entriesOf(Number(limit), async (page) => {
      const found = await client.listReviewTasks({ ...page, state, class: documentClass }, { signal });
      return { entries: found.tasks, next: found.next };
    });
    for await (const task of listed) print(task, renderTaskLine(task));
    return 0;
  });
}

/** `docfleet review next`: claims the best free task and prints it. */
export function nextTaskCommand(call: Call<'next'>, shell: Shell): Promise<number> {
  return withClient(call, shell, async ({ client, signal, print }) => {
    const body = { class: call.values.class };
    const task = await client.claimNextReviewTask({ body }, { signal });
    if (task === undefined) {
      shell.stderr.write('No task is free.\n');
      return exitCodes.review;
    }
    print(task, renderTask(task));
    return 0;
  });
}

/** `docfleet review show`: prints a task. */
export function showTaskCommand(call: Call<'show'>, shell: Shell): Promise<number> {
  return withClient(call, shell, async ({ client, signal, print }) => {
    const task = await client.readReviewTask({ taskId: idOf(call) }, { signal });
    print(task, renderTask(task));
    return 0;
  });
}

/** `docfleet review approve`: approves a job, with corrected values where they are given. */
export function approveCommand(call: Call<'approve'>, shell: Shell): Promise<number> {
  const changes = (call.values.set ?? []).map((given) => {
    const at = given.indexOf('=');
    if (at < 1) throw usageError(approve, '--set expects field=value');
    return { op: 'set' as const, document: 1, field: given.slice(0, at), value: given.slice(at + 1) };
  });
  return decide(call, shell, { kind: 'approve', reason: call.values.reason, changes });
}

/** `docfleet review reject`: rejects a job. */
export function rejectCommand(call: Call<'reject'>, shell: Shell): Promise<number> {
  return decide(call, shell, { kind: 'reject', reason: call.values.reason, changes: [] });
}

type Changes = Parameters<Client['changeReviewTask']>[0]['body']['changes'];

/** Claims a task, corrects it, and decides. The ids of both calls are made once, so that a repeated call changes nothing. */
function decide(
  call: { readonly operands: readonly string[]; readonly values: { readonly json: boolean } },
  shell: Shell,
  decision: {
    readonly kind: 'approve' | 'reject';
    readonly reason: string | undefined;
    readonly changes: Changes;
  },
): Promise<number> {
  const { kind, reason, changes } = decision;
  const taskId = idOf(call);
  return withClient(call, shell, async ({ client, signal, print }) => {
    const claim = await client.claimReviewTask({ taskId, body: {} }, { signal });
    if (!claim.acquired) {
      shell.stderr.write(
        `${taskId}: ${claim.holder?.name ?? claim.holder?.id ?? 'Somebody else'} works on it.\n`,
      );
      return exitCodes.failed;
    }
    const { version } =
      changes.length === 0
        ? claim
        : await client.changeReviewTask(
            { taskId, body: { version: claim.version, changeId: randomUUID(), changes } },
            { signal },
          );
    const body = { version, decisionId: randomUUID(), kind, reason };
    const answer = await client.decideReviewTask({ taskId, body }, { signal });
    if (answer.state === 'waiting') {
      print({ taskId, ...answer }, `${taskId}: approved; a second person must approve as well`);
      return exitCodes.review;
    }
    print({ taskId, ...answer }, `${taskId}: ${kind === 'approve' ? 'approved' : 'rejected'}`);
    return 0;
  });
}

function idOf({ operands: [id = ''] }: { readonly operands: readonly string[] }): string {
  return id;
}
