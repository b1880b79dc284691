import { toWireError, type FromChild, type ToChild } from './messages.ts';

/** Executes one job; `signal` aborts when the job is aborted. */
export type WorkerHandler<In, Out> = (input: In, signal: AbortSignal) => Promise<Out>;

/**
 * A child module: `setup` runs once, with the pool's `setup` value, and returns the handler. In a sandbox the handler
 * can open no file any more, so `setup` reads all that it needs.
 */
export interface WorkerModule<In, Out, Setup> {
  setup(setup: Setup): Promise<WorkerHandler<In, Out>>;
}

/**
 * The child's side of a pool: call it once, at the top level of the module that the pool starts. If `setup` throws, the
 * pool rejects queued jobs with the error.
 */
export function serveWorker<In, Out, Setup>(worker: WorkerModule<In, Out, Setup>): void {
  let handler: WorkerHandler<In, Out> | undefined;
  const running = new Map<number, AbortController>();
  const send = (message: FromChild<Out>): void => {
    process.send?.(message);
  };
  const setUp = async (setup: Setup, isConfined: boolean): Promise<void> => {
    try {
      handler = await worker.setup(setup);
      if (isConfined) {
        const { confine } = await import('./sandbox/confine.ts');
        confine('work');
      }
      send({ kind: 'ready' });
    } catch (error) {
      send({ kind: 'setup-failed', error: toWireError(error) });
    }
  };
  const work = async (id: number, input: In): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      if (handler === undefined) throw new Error('Received a job before the set-up');
      send({ kind: 'done', id, output: await handler(input, controller.signal) });
    } catch (error) {
      send({ kind: 'failed', id, error: toWireError(error) });
    } finally {
      running.delete(id);
    }
  };
  process.on('message', (message: ToChild<In, Setup>) => {
    switch (message.kind) {
      case 'setup':
        void setUp(message.setup, message.confine);
        return;
      case 'job':
        void work(message.id, message.input);
        return;
      case 'abort':
        running.get(message.id)?.abort(new Error('aborted'));
        return;
    }
  });
  process.on('disconnect', () => {
    process.exit(0);
  });
}
