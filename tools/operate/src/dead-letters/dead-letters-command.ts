import { ApiRefusal } from '../api-client.ts';
import type { Arguments } from '../arguments.ts';
import { columns } from '../columns.ts';
import type { DeadLetter, DeadLettersApi } from './dead-letters-api.ts';

type DeadLetterArguments = Extract<Arguments, { kind: 'list' | 'show' | 'redrive' }>;

/** Lists, shows or redrives dead letters. Returns false when a redrive was refused. */
export async function deadLettersCommand(
  given: DeadLetterArguments,
  api: DeadLettersApi,
  print: (line: string) => void,
): Promise<boolean> {
  switch (given.kind) {
    case 'list': {
      const deadLetters = await api.list(given.filter, given);
      if (given.json) print(JSON.stringify(deadLetters, null, 2));
      else table(deadLetters, given.limit).forEach(print);
      return true;
    }
    case 'show':
      print(JSON.stringify(await api.show(given.id), null, 2));
      return true;
    case 'redrive':
      return redrive(given, api, print);
  }
}

async function redrive(
  { which, limit, yes }: Extract<Arguments, { kind: 'redrive' }>,
  api: DeadLettersApi,
  print: (line: string) => void,
): Promise<boolean> {
  const deadLetters = 'ids' in which ? undefined : await api.list(which.filter, { all: false, limit });
  // A list is newest first; dead letters are redriven oldest first.
  const ids = 'ids' in which ? which.ids : (deadLetters ?? []).map(({ id }) => id).reverse();
  if (!yes) {
    if (deadLetters === undefined)
      ids.forEach((id) => {
        print(`would redrive ${id}`);
      });
    else table(deadLetters, limit).forEach(print);
    print(`Dry run: with --yes ${count(ids.length, 'dead letter')} would be redriven.`);
    return true;
  }
  let refused = 0;
  for (const id of ids) {
    try {
      const { runId, revision, repeated } = await api.redrive(id);
      print(`${id}  run ${runId} revision ${revision}${repeated ? ' (already redriven)' : ''}`);
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      refused += 1;
      print(`${id}  ${error.message}`);
    }
  }
  print(`${count(ids.length - refused, 'dead letter')} redriven, ${refused} refused.`);
  return refused === 0;
}

function table(deadLetters: readonly DeadLetter[], limit: number): readonly string[] {
  if (deadLetters.length === 0) return ['No dead letters.'];
  const rows = deadLetters.map(({ id, tenantId, runId, revision, failure, at, redriven }) => [
    at.slice(0, 19).replace('T', ' '),
    id,
    tenantId ?? '-',
    failure.code,
    runId === null
      ? '-'
      : `${runId} r${revision ?? '?'}${redriven === null ? '' : ` > r${redriven.revision}`}`,
  ]);
  return [
    ...columns(['time (UTC)', 'id', 'tenant', 'failure', 'run'], rows),
    ...(deadLetters.length === limit
      ? [`Only the newest ${limit} are listed. Use --limit to list more.`]
      : []),
  ];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
