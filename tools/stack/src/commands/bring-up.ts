import type { Endpoints } from '../endpoints.ts';
import type { Layout } from '../layout.ts';
import type { ServiceName } from '../names.ts';
import { Stack } from '../stack.ts';
import { givenServers } from '../servers/given.ts';
import { digestSources, writeStarted } from '../sources.ts';
import type { Context } from './context.ts';

export interface RunningStack {
  readonly endpoints: Endpoints;
  /** Ends services and servers; resolves when no process is left. */
  stop(): Promise<void>;
}

/** Brings an instance up; if that fails or is interrupted, everything is ended before the error is thrown. */
export async function bringUp(
  context: Context,
  layout: Layout,
  services: readonly ServiceName[],
): Promise<RunningStack> {
  const stack = new Stack({
    layout,
    services,
    given: givenServers(context.environment),
    environment: context.environment,
    isRoot: context.isRoot,
    progress: context.progress,
    report: (line) => {
      context.progress.note(line);
    },
  });
  context.onKill(() => {
    stack.kill();
  });
  const onInterrupt = (): void => {
    void stack.stop();
  };
  context.interrupted.addEventListener('abort', onInterrupt, { once: true });
  try {
    context.interrupted.throwIfAborted();
    const sources = digestSources(context.root);
    const endpoints = await stack.start();
    writeStarted(layout, sources, new Date());
    return {
      endpoints,
      stop: () => context.progress.step('stopping', () => stack.stop()),
    };
  } catch (error) {
    await stack.stop();
    throw error;
  } finally {
    context.interrupted.removeEventListener('abort', onInterrupt);
  }
}
