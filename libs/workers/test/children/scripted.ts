import { FailureError } from '@docfleet/domain';
import { serveWorker } from '../../src/index.ts';

/** A child that executes the given commands, including faults. */
export type Command =
  | { do: 'echo'; value: unknown }
  | { do: 'pid' | 'crash' | 'spin' | 'wait' | 'environment' | 'fail' | 'read' | 'grow' };

const seen: string[] = [];

serveWorker<Command, unknown, { greeting: string; failSetup?: 'throw' | 'exit' }>({
  setup: ({ greeting, failSetup }) => {
    if (failSetup === 'throw') throw new FailureError('ENGINE_UNAVAILABLE');
    if (failSetup === 'exit') process.exit(3);
    return Promise.resolve((command, signal) => execute(command, signal, greeting));
  },
});

async function execute(command: Command, signal: AbortSignal, greeting: string): Promise<unknown> {
  seen.push(command.do);
  switch (command.do) {
    case 'echo':
      return { greeting, value: command.value };
    case 'pid':
      return process.pid;
    case 'crash':
      return process.kill(process.pid, 'SIGSEGV');
    case 'spin':
      for (;;);
    case 'wait':
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
      });
      return undefined;
    case 'environment':
      // eslint-disable-next-line no-restricted-properties -- the test checks what a child inherits
      return Object.keys(process.env).toSorted();
    case 'fail':
      throw new FailureError('DOC_CORRUPT', { page: 7 });
    case 'read': {
      const { readFileSync } = await import('node:fs');
      return readFileSync('/etc/hostname', 'utf8');
    }
    case 'grow':
      return Array.from({ length: 40 }, () => Buffer.alloc(32 * 1024 * 1024, 1)).length;
  }
}
