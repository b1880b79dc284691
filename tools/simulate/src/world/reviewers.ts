import type { IntegrationTask, RunContext, TopicName } from '@docfleet/contracts';
import { outcomeIdOfDecision, runExpiryMs, sleep, type Clock } from '@docfleet/domain';
import type { RecordLog } from '@docfleet/record-log';
import type { ReviewRow } from './review-tasks.ts';
import { taskValue } from './task-value.ts';
import type { World } from './world.ts';

/** How often a reviewer looks for work, and the outbox for records, in milliseconds. */
const lookEveryMs = 5_000;
const sendEveryMs = 1_000;

interface OutboxRecord {
  readonly topic: TopicName;
  readonly key: string;
  readonly value: Buffer;
  isSent: boolean;
}

/**
 * Fake reviewers, and the outbox that their decisions leave through. A reviewer takes any task that waits, and several may
 * decide the same one: the first decision stands. The outbox sends at least once: its sender may die between a send and
 * its note of it.
 */
export class Reviewers {
  /** Decisions that stand and end a run, by outcomeId. */
  readonly ending = new Set<string>();
  readonly #world: World;
  readonly #log: RecordLog;
  readonly #outbox: OutboxRecord[] = [];
  #decisions = 0;

  constructor(world: World) {
    this.#world = world;
    this.#log = world.cluster.log('reviewers');
  }

  start(): void {
    const { clock, plan } = this.#world;
    for (let index = 0; index < plan.review.reviewers; index += 1) {
      clock.after(plan.review.awakeFromMs, () => void this.#work(clock));
    }
    clock.after(sendEveryMs, () => void this.#send(clock));
  }

  /** Whether everything that was decided has left. */
  get isIdle(): boolean {
    return this.#outbox.every(({ isSent }) => isSent);
  }

  async #work(clock: Clock): Promise<void> {
    const { review } = this.#world.plan;
    for (;;) {
      await sleep(clock, lookEveryMs);
      const row = [...this.#world.reviewTasks.rows.values()].find(({ state }) => state === 'waiting');
      if (row === undefined) continue;
      await sleep(clock, review.thinksForMs);
      await this.#decide(row).catch(() => undefined);
    }
  }

  /** The decision and its record are one transaction. */
  async #decide(row: ReviewRow): Promise<void> {
    const { database, clock, plan, codec, history } = this.#world;
    const { task } = row;
    const { context } = task;
    this.#decisions += 1;
    const sendsBack = !task.afterwards && context.round < plan.review.sendsBackRounds;
    const decisionId = `decision-${String(this.#decisions)}`;
    const outcomeId = outcomeIdOfDecision(context.runId, context.revision, decisionId);
    const record = sendsBack
      ? this.#nextRound(context)
      : {
          topic: `integration.tasks.${context.lane}` as const,
          value: this.#ending(row, { decisionId, outcomeId }),
        };
    const value = await codec.encode(record.topic, record.value as never);
    await database.call({ clock }, () => {
      if (row.state !== 'waiting') return;
      row.state = 'decided';
      history.count(sendsBack ? 'runs sent back' : 'runs decided');
      history.note(() => `a person decides ${context.runId} ${sendsBack ? 'goes back' : decisionId}`);
      if (task.afterwards) return;
      row.outcomeId = sendsBack ? null : outcomeId;
      if (!sendsBack) this.ending.add(outcomeId);
      this.#outbox.push({ topic: record.topic, key: context.runId, value, isSent: false });
    });
  }

  #ending(
    { task }: ReviewRow,
    { decisionId, outcomeId }: { readonly decisionId: string; readonly outcomeId: string },
  ): IntegrationTask {
    return {
      context: task.context,
      input: task.input,
      ending: {
        outcomeId,
        status: 'completed',
        verdict: 'approve',
        failure: null,
        endedBy: 'review',
        at: this.#world.clock.now(),
        decisionId,
      },
      results: {},
      pageCount: task.pageCount,
    };
  }

  #nextRound(before: RunContext): { readonly topic: TopicName; readonly value: unknown } {
    const context: RunContext = {
      ...before,
      round: before.round + 1,
      usedMs: 0,
      expiresAt: this.#world.clock.now() + runExpiryMs,
    };
    const topic = `classification.tasks.${context.lane}` as const;
    return { topic, value: taskValue(topic, { context }) };
  }

  async #send(clock: Clock): Promise<void> {
    const { plan, history } = this.#world;
    for (;;) {
      await sleep(clock, sendEveryMs);
      for (const record of this.#outbox.filter(({ isSent }) => !isSent)) {
        const { topic, key, value } = record;
        const send = () => this.#log.produce([{ topic, key: Buffer.from(key), value, headers: {} }]);
        try {
          await send();
          if (plan.review.sendsTwice) {
            history.count('decisions sent twice');
            await send();
          }
          record.isSent = true;
        } catch {
          history.note(() => 'the outbox cannot reach the log; it tries again');
          break;
        }
      }
    }
  }
}
