import { columns } from '../columns.ts';
import { ApiRefusal } from '../api-client.ts';
import type { SetAsideArguments } from './set-aside-arguments.ts';
import type { SetAsideApi, SetAsideRecord } from './set-aside-api.ts';

/** Lists records that the read model could not store, or has them read again. Returns false when that was refused. */
export async function setAsideCommand(
  given: SetAsideArguments,
  api: SetAsideApi,
  print: (line: string) => void,
): Promise<boolean> {
  if (given.action === 'redrive') return redrive(given, api, print);
  const records = await api.list(given);
  if (given.json) print(JSON.stringify(records, null, 2));
  else table(records, given.limit).forEach(print);
  return true;
}

async function redrive(
  { ids, yes }: Extract<SetAsideArguments, { action: 'redrive' }>,
  api: SetAsideApi,
  print: (line: string) => void,
): Promise<boolean> {
  let refused = 0;
  for (const id of ids) {
    if (!yes) {
      print(`would have the ledger read ${id} again`);
      continue;
    }
    try {
      const { state } = await api.redrive(id);
      print(
        `${id}  ${state === 'redriven' ? 'stored already' : 'the ledger reads it again; see set-aside list'}`,
      );
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      refused += 1;
      print(`${id}  ${error.message}`);
    }
  }
  if (!yes) print('Dry run: with --yes the ledger is asked.');
  return refused === 0;
}

function table(records: readonly SetAsideRecord[], limit: number): readonly string[] {
  if (records.length === 0) return ['No records are set aside.'];
  const rows = records.map(({ at, id, tenantId, runId, cause, message, tries, state }) => [
    at.slice(0, 19).replace('T', ' '),
    id,
    tenantId ?? '-',
    runId ?? '-',
    state,
    String(tries),
    `${cause} ${message}`,
  ]);
  return [
    ...columns(['time (UTC)', 'id', 'tenant', 'run', 'state', 'tries', 'cause'], rows),
    ...(records.length === limit ? [`Only the newest ${limit} are listed. Use --limit to list more.`] : []),
  ];
}
