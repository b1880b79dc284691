import { commands, usageError } from '@docfleet/command-line';

/** What an operator wants of the records that the read model could not store. */
export type SetAsideArguments =
  | {
      readonly action: 'list';
      /** Also those that were stored by a redrive. */
      readonly all: boolean;
      readonly limit: number;
      readonly json: boolean;
    }
  | {
      readonly action: 'redrive';
      readonly ids: readonly string[];
      /** False: print what would be done. */
      readonly yes: boolean;
    };

const recordId = /^[a-z.-]{1,100}-\d{1,6}-\d{1,19}$/;

/** Reads what follows `set-aside`. @throws UsageError */
export function parseSetAside(
  [action = 'nothing', ...rest]: readonly string[],
  values: { readonly all: boolean; readonly limit: string; readonly json: boolean; readonly yes: boolean },
): SetAsideArguments {
  const { all, limit, json, yes } = values;
  if (action === 'list' && rest.length === 0) return { action, all, limit: Number(limit), json };
  if (action !== 'redrive')
    throw usageError(commands.operate, `set-aside does list or redrive, not ${action}`);
  const wrong = rest.find((id) => !recordId.test(id));
  if (rest.length === 0 || wrong !== undefined) {
    throw usageError(commands.operate, `ids of records set aside are needed, not ${wrong ?? 'nothing'}`);
  }
  return { action, ids: rest, yes };
}
