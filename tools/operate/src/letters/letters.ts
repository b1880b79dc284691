import type { Arguments } from '../arguments.ts';
import { columns } from '../columns.ts';
import { ApiRefusal, type Letter, type LettersApi } from './letters-api.ts';

type LetterArguments = Extract<Arguments, { kind: 'list' | 'show' | 'redrive' }>;

/** Lists, shows or redrives dead letters. True when everything that was asked for is done. */
export async function workLetters(
  given: LetterArguments,
  api: LettersApi,
  say: (line: string) => void,
): Promise<boolean> {
  switch (given.kind) {
    case 'list': {
      const letters = await api.list(given.filter, given);
      if (given.json) say(JSON.stringify(letters, null, 2));
      else table(letters, given.limit).forEach(say);
      return true;
    }
    case 'show':
      say(JSON.stringify(await api.show(given.id), null, 2));
      return true;
    case 'redrive':
      return redrive(given, api, say);
  }
}

async function redrive(
  { which, limit, yes }: Extract<Arguments, { kind: 'redrive' }>,
  api: LettersApi,
  say: (line: string) => void,
): Promise<boolean> {
  const letters = 'ids' in which ? undefined : await api.list(which.filter, { all: false, limit });
  // A list is newest first; they are redriven in the order in which they came.
  const ids = 'ids' in which ? which.ids : (letters ?? []).map(({ id }) => id).reverse();
  if (!yes) {
    if (letters === undefined)
      ids.forEach((id) => {
        say(`would redrive ${id}`);
      });
    else table(letters, limit).forEach(say);
    say(`Nothing was done. With --yes, ${count(ids.length, 'dead letter')} would be redriven.`);
    return true;
  }
  let refused = 0;
  for (const id of ids) {
    try {
      const { runId, revision, repeated } = await api.redrive(id);
      say(`${id}  run ${runId} revision ${revision}${repeated ? ' (was redriven before)' : ''}`);
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      refused += 1;
      say(`${id}  ${error.message}`);
    }
  }
  say(`${count(ids.length - refused, 'dead letter')} redriven, ${refused} refused.`);
  return refused === 0;
}

function table(letters: readonly Letter[], limit: number): readonly string[] {
  if (letters.length === 0) return ['No dead letters.'];
  const rows = letters.map(({ id, tenantId, runId, revision, failure, at, redriven }) => [
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
    ...(letters.length === limit ? [`The newest ${limit}; --limit shows more.`] : []),
  ];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
