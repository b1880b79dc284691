import { createRequire } from 'node:module';

/** The part of kafkajs' `RequestQueue` that is changed; read off its source, version 2.2.4. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
  readonly prototype: RequestQueue;
};

let patched = false;

/**
 * Stops the timer that every idle connection of kafkajs runs once a millisecond: after each check of its queue it
 * asks for the next one, with a negative delay, also when nothing is queued. With nothing pending there is nothing to
 * check, and `push` asks again as soon as something has to wait. Without this a process with 36 idle producers
 * uses seven times the CPU, and Node prints a warning about negative timeouts.
 */
export function patchIdleTimer(): void {
  if (patched) return;
  patched = true;
  const original: unknown = Reflect.get(prototype, 'scheduleCheckPendingRequests');
  if (typeof original !== 'function') throw new Error('this kafkajs has another request queue');
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    if (this.pending.length > 0) Reflect.apply(original, this, []);
  };
}
