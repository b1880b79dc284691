import { FailureError } from '@docfleet/domain';
import { serveWorker } from '../../src/index.ts';

/** A child that does as it is told, good or bad. */
export type Order =
  | { do: 'echo'; value: unknown }
  | { do: 'pid' | 'crash' | 'spin' | 'wait' | 'environment' | 'fail' | 'read' | 'grow' };

const seen: string[] = [];

serveWorker<Order, unknown, { greeting: string; failSetup?: 'throw' | 'exit' }>({
  setup: ({ greeting, failSetup }) => {
    if (failSetup === 'throw') throw new FailureError('ENGINE_UNAVAILABLE');
    if (failSetup === 'exit') process.exit(3);
    return Promise.resolve((order, signal) => obey(order, signal, greeting));
  },
});

async function obey(order: Order, signal: AbortSignal, greeting: string): Promise<unknown> {
  seen.push(order.do);
  switch (order.do) {
    case 'echo':
      return { greeting, value: order.value };
    case 'pid':
      return process.pid;
    case 'crash':
      return process.kill(process.pid, 'SIGSEGV');
    case 'spin':
      for (;;);
    case 'wait':
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('stopped as told'));
        });
      });
      return undefined;
    case 'environment':
      // eslint-disable-next-line no-restricted-properties -- what a child can see is the question here
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
