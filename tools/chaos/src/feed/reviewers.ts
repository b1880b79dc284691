import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '@docfleet/samples';
import { z } from 'zod';
import type { Correction, DecidedRun } from '../check/facts.ts';
import { tenants, type Tenant } from '../plan/tenants.ts';
import { call, type ApiOptions } from './api.ts';

/** Reviewers of each tenant, who share its key. */
const ofTenant = 2;

/** How long one waits when there is nothing to do, and thinks about a task, in milliseconds. */
const idleMs = 500;
const thinksForMs = 1_500;

/** Share of tasks that a reviewer leaves without a word: they are free again when the lease is over. */
const leftShare = 0.1;

/** Share of tasks of which a reviewer changes something, and of these changes those that say that a field is not there. */
const changedShare = 0.6;
const removedShare = 0.2;

/** Shares of the decisions; the rest are approvals. A run is sent back so many times at most. */
const rejectedShare = 0.15;
const sentBackShare = 0.15;
const mostRounds = 2;

/** A claim of the run's reviewers ends after so long without a call, in milliseconds. */
export const leaseMs = 10_000;

const taskSchema = z.object({
  taskId: z.string(),
  runId: z.string(),
  round: z.int(),
  version: z.int(),
  documents: z.array(
    z.object({
      index: z.int(),
      fields: z.array(z.object({ name: z.string(), type: z.string(), state: z.string() })),
    }),
  ),
});
type Task = z.infer<typeof taskSchema>;

const decisionSchema = z.object({ outcomeId: z.string().nullable() });

type Kind = 'approve' | 'reject' | 'send_back';

/** A change that the API has accepted. */
interface Accepted extends Correction {
  /** Of the task after it: the order of changes, whoever made them. */
  readonly version: number;
}

/**
 * People who take what waits, correct some of it, and approve it, reject it or send it back. A call is repeated until it
 * has an answer, under the same id.
 */
export class Reviewers {
  /** How often people did what. */
  readonly counts = new Map<string, number>();
  readonly #api: ApiOptions;
  readonly #random: Random;
  /** Changes by task. */
  readonly #accepted = new Map<string, Accepted[]>();
  /** Approvals and rejections by run. */
  readonly #decided = new Map<
    string,
    { readonly taskId: string; readonly outcomeId: string; readonly verdict: 'approve' | 'reject' }
  >();

  constructor(api: ApiOptions, random: Random) {
    this.#api = api;
    this.#random = random;
  }

  /** What the API has answered, by run. */
  decided(): ReadonlyMap<string, DecidedRun> {
    return new Map(
      [...this.#decided].map(([runId, { taskId, outcomeId, verdict }]) => {
        const accepted = this.#accepted.get(taskId) ?? [];
        const corrections = accepted.toSorted((a, b) => a.version - b.version);
        return [runId, { outcomeId, verdict, corrections }];
      }),
    );
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
      await this.#think(over);
      const version = this.#random.next() < changedShare ? await this.#correct(tenant, task) : task.version;
      if (this.#random.next() < leftShare) this.#count('left');
      else if (version !== undefined) await this.#decide(tenant, { ...task, version });
    }
  }

  async #think(over: AbortSignal): Promise<void> {
    const ms = Math.floor(this.#random.next() * thinksForMs);
    await pause(ms, undefined, { signal: over }).catch(() => undefined);
  }

  async #take(tenant: Tenant): Promise<Task | undefined> {
    const { status, body } = await this.#post(tenant, '/v1/review/next', {});
    return status === 200 ? taskSchema.parse(body) : undefined;
  }

  /** Changes a field; the version of the task afterwards, undefined where the claim is lost or the run has ended. */
  async #correct(tenant: Tenant, { taskId, version, documents }: Task): Promise<number | undefined> {
    const fields = documents.flatMap(({ index, fields: own }) =>
      own
        .filter(({ type, state }) => type === 'text' && state !== 'removed')
        .map(({ name }) => ({ document: index, field: name })),
    );
    const [first, ...rest] = fields;
    if (first === undefined) return version;
    const place = this.#random.pick([first, ...rest]);
    const value = this.#random.next() < removedShare ? null : `Corrected ${randomUUID()}`;
    const change = value === null ? { op: 'remove', ...place } : { op: 'set', ...place, value };
    const { status } = await this.#post(tenant, `/v1/review/tasks/${taskId}/changes`, {
      version,
      changeId: randomUUID(),
      changes: [change],
    });
    this.#count(`change ${String(status)}`);
    if (status !== 200) return undefined;
    // A repeated call may be answered with a later version: each call makes one of that which it names.
    const accepted = { ...place, value, version: version + 1 };
    this.#accepted.set(taskId, [...(this.#accepted.get(taskId) ?? []), accepted]);
    return version + 1;
  }

  /** Another status than 200 says that somebody else decided, or that the run has ended. */
  async #decide(tenant: Tenant, { taskId, runId, version, round }: Task): Promise<void> {
    const kind = this.#kindOf(round);
    const { status, body } = await this.#post(tenant, `/v1/review/tasks/${taskId}/decision`, {
      version,
      decisionId: randomUUID(),
      kind,
      ...(kind === 'approve' ? {} : { reason: 'chaos' }),
      ...(kind === 'send_back' ? { stage: 'extraction' } : {}),
    });
    this.#count(`${kind} ${String(status)}`);
    if (status !== 200 || kind === 'send_back') return;
    const { outcomeId } = decisionSchema.parse(body);
    if (outcomeId !== null) this.#decided.set(runId, { taskId, outcomeId, verdict: kind });
  }

  #kindOf(round: number): Kind {
    const share = this.#random.next();
    if (share < rejectedShare) return 'reject';
    return share < rejectedShare + sentBackShare && round < mostRounds ? 'send_back' : 'approve';
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  #post(tenant: Tenant, path: string, value: object): ReturnType<typeof call> {
    return call(this.#api, tenant, path, () => ({
      method: 'POST',
      body: JSON.stringify(value),
      headers: { 'content-type': 'application/json' },
    }));
  }
}
