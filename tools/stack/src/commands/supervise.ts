import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { readEndpoints, type Endpoints } from '../endpoints.ts';
import { layoutOf, type Layout } from '../layout.ts';
import { takeLock } from '../lock.ts';
import { serviceNames } from '../names.ts';
import { Problem, messageOf } from '../problem.ts';
import type { ProgressEvent } from '../progress.ts';
import { bringUp } from './bring-up.ts';
import type { Context } from './context.ts';

/** What the background process sends to the one that started it, until that one has ended. */
export type SupervisorMessage =
  | { readonly kind: 'progress'; readonly event: ProgressEvent }
  | { readonly kind: 'up' }
  | { readonly kind: 'failed'; readonly message: string };

/** The background process: brings the local instance up, keeps it up until it is interrupted. */
export async function supervise(
  context: Context,
  options: { readonly serversOnly: boolean; readonly send: (message: SupervisorMessage) => void },
): Promise<number> {
  const layout = layoutOf(context.root, 'local');
  const lock = takeLock(layout.lockFile);
  if ('heldBy' in lock) {
    options.send({
      kind: 'failed',
      message: `Process ${lock.heldBy.pid} has started docfleet here in the meantime. Repeat the command to use it, or end it: npm stop`,
    });
    return 1;
  }
  try {
    const stack = await bringUp(context, layout, options.serversOnly ? [] : serviceNames);
    options.send({ kind: 'up' });
    const { promise, resolve } = Promise.withResolvers<undefined>();
    context.interrupted.addEventListener('abort', () => {
      resolve(undefined);
    });
    await promise;
    await stack.stop();
    return 0;
  } catch (error) {
    options.send({ kind: 'failed', message: messageOf(error) });
    return 1;
  } finally {
    lock.release();
  }
}

/** Starts the background process and shows its progress; resolves when everything is up. */
export async function startInBackground(
  context: Context,
  layout: Layout,
  serversOnly: boolean,
): Promise<Endpoints> {
  mkdirSync(layout.logs, { recursive: true });
  const log = openSync(join(layout.logs, 'supervisor.log'), 'a');
  const child = spawn(
    process.execPath,
    [
      '--conditions=docfleet-source',
      join(context.root, 'tools/stack/src/main.ts'),
      'supervise',
      ...(serversOnly ? ['--servers-only'] : []),
    ],
    {
      cwd: context.root,
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
      env: context.environment,
    },
  );
  closeSync(log);
  const onInterrupt = (): void => {
    child.kill('SIGTERM');
  };
  context.interrupted.addEventListener('abort', onInterrupt);
  context.onKill(() => child.kill('SIGINT'));
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message: SupervisorMessage) => {
      if (message.kind === 'progress') context.show(message.event);
      else if (message.kind === 'up') resolve();
      else reject(new Problem(message.message));
    });
    child.on('exit', () => {
      reject(
        new Problem(
          `The background process ended before everything was up. Its log says why: ${join(layout.logs, 'supervisor.log')}`,
        ),
      );
    });
  }).finally(() => {
    context.interrupted.removeEventListener('abort', onInterrupt);
  });
  child.disconnect();
  child.unref();
  const endpoints = readEndpoints(layout.endpointsFile);
  if (endpoints === undefined)
    throw new Problem(
      `${layout.endpointsFile} cannot be read, although everything is up. Start anew: npm stop, then npm start`,
    );
  return endpoints;
}
