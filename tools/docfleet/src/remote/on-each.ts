import type { Client } from '@docfleet/client';
import { interruptedCode } from '@docfleet/command-line';
import { exitCodeOf } from '../read/exit-code.ts';
import { readFiles } from '../read/read-files.ts';
import type { FileResult } from '../read/result.ts';
import { plainText } from '../render/plain-text.ts';
import type { Shell } from '../shell.ts';
import { endsCommand, explained, explaining } from './advice.ts';
import { openClient } from './open-client.ts';

type Outcome = Pick<FileResult, 'verdict'>;

/**
 * Does the work for each id, in their order, and gives the exit code; one that is refused is told, and the others go on.
 *
 * @param work gives what became of the documents of an id
 */
export async function onEach(
  ids: readonly string[],
  { shell, what }: { readonly shell: Shell; readonly what: 'runs' | 'batches' },
  work: (client: Client, id: string) => Promise<readonly Outcome[]>,
): Promise<number> {
  const client = openClient(shell);
  const { stderr, signal } = shell;
  const one = async (id: string): Promise<readonly Outcome[]> => {
    try {
      return await work(client, id);
    } catch (error) {
      if (signal.aborted || endsCommand(error)) throw error;
      stderr.write(`${plainText(id)}: ${explained(error)}\n`);
      return [{ verdict: null }];
    }
  };
  return explaining(
    (text) => void stderr.write(text),
    async () => {
      try {
        const outcomes: Outcome[] = [];
        for await (const some of readFiles([...new Set(ids)], one)) outcomes.push(...some);
        return exitCodeOf(outcomes);
      } catch (error) {
        if (!signal.aborted) throw error;
        stderr.write(`Interrupted; the ${what} go on.\n`);
        return interruptedCode;
      }
    },
  );
}
