import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '@docfleet/samples';
import { z } from 'zod';
import { tenants, type Tenant } from '../plan/tenants.ts';
import { call, type ApiOptions } from './api.ts';

/** Reviewers of each tenant, who share its key. */
const ofTenant = 2;

/** How long one waits when there is nothing to do, and thinks about a task, in milliseconds. */
const idleMs = 500;
const thinksForMs = 1_500;

/** Share of tasks that a reviewer leaves without a word: they are free again when the lease is over. */
const leftShare = 0.1;

/** A claim of the run's reviewers ends after so long without a call, in milliseconds. */
export const leaseMs = 10_000;

const taskSchema = z.object({ taskId: z.string(), runId: z.string(), version: z.int() });
const decisionSchema = z.object({ outcomeId: z.string() });

/** People who take what waits, and approve it. A call is repeated until it has an answer, under the same id. */
export class Reviewers {
  /** Endings that were decided, by run: the answers of the API. */
  readonly decided = new Map<string, string>();
  readonly #api: ApiOptions;
  readonly #random: Random;

  constructor(api: ApiOptions, random: Random) {
    this.#api = api;
    this.#random = random;
  }

  /** Reviews until the signal of the API's options aborts, or `over` does. */
  async run(over: AbortSignal): Promise<void> {
    const loops = tenants.flatMap((tenant) =>
      Array.from({ length: ofTenant }, () => this.#work(tenant, over)),
    );
    await Promise.all(loops);
  }

  async #work(tenant: Tenant, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      const task = await this.#take(tenant).catch((error: unknown) => {
        if (over.aborted) return undefined;
        throw error;
      });
      if (task === undefined) {
        await pause(idleMs, undefined, { signal: over }).catch(() => undefined);
        continue;
      }
      await pause(Math.floor(this.#random.next() * thinksForMs), undefined, { signal: over }).catch(
        () => undefined,
      );
      if (this.#random.next() < leftShare) continue;
      await this.#approve(tenant, task);
    }
  }

  async #take(tenant: Tenant): Promise<z.infer<typeof taskSchema> | undefined> {
    const { status, body } = await this.#post(tenant, '/v1/review/next', {});
    return status === 200 ? taskSchema.parse(body) : undefined;
  }

  /** Another status than 200 says that somebody else decided, or that the run has ended. */
  async #approve(tenant: Tenant, { taskId, runId, version }: z.infer<typeof taskSchema>): Promise<void> {
    const decision = { version, decisionId: randomUUID(), kind: 'approve' };
    const { status, body } = await this.#post(tenant, `/v1/review/tasks/${taskId}/decision`, decision);
    if (status === 200) this.decided.set(runId, decisionSchema.parse(body).outcomeId);
  }

  #post(tenant: Tenant, path: string, value: object): ReturnType<typeof call> {
    return call(this.#api, tenant, path, () => ({
      method: 'POST',
      body: JSON.stringify(value),
      headers: { 'content-type': 'application/json' },
    }));
  }
}
