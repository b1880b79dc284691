import type {
  DocumentCompleted,
  DocumentFailed,
  IntegrationTask,
  Run,
  StageEvent,
} from '@docfleet/contracts';
import { outcomeIdOfOrder } from '@docfleet/domain';
import { revisionKey } from '@docfleet/integration';
import { project, type Fact } from '@docfleet/ledger';
import type { LogRecord, RecordLog } from '@docfleet/record-log';
import { contextOf } from './context.ts';
import type { World } from './world.ts';

/** Age of a claim without an event after which the ending is republished, in milliseconds. */
const republishAfterMs = 10 * 60_000;

const sweepEveryMs = 60_000;

/** A revision in the read model. */
export interface LedgerRun {
  readonly event: StageEvent;
  ended: boolean;
}

/** A fake ledger: marks published outcomes, ends expired runs, and republishes endings that stay claimed. */
export class Ledger {
  readonly runs = new Map<string, LedgerRun>();
  /** Runs as the read model has them. */
  readonly #rows = new Map<string, Run>();
  readonly #world: World;
  readonly #log: RecordLog;

  constructor(world: World) {
    this.#world = world;
    this.#log = world.cluster.log('ledger');
  }

  start(): void {
    const signal = new AbortController().signal;
    const follow = (topic: string, onRecord: (record: LogRecord) => void): void => {
      void this.#log.follow({ topic, onRecord, signal });
    };
    follow('documents.events', (record) => {
      void this.#applyEvent(record);
    });
    for (const topic of ['documents.completed', 'documents.failed'] as const)
      follow(topic, (record) => {
        void this.#applyEnd(topic, record);
      });
    this.#scheduleSweep();
  }

  isPublished(key: string): boolean {
    return this.#world.outcomes.rows.get(key)?.state === 'published';
  }

  async #applyEvent(record: LogRecord): Promise<void> {
    const event = await this.#world.codec.decode('documents.events', record.value ?? Buffer.alloc(0));
    this.#project({ kind: 'event', event });
    if (event.stage === 'preprocess' && event.kind !== 'accepted') return;
    const key = revisionKey(event.runId, event.revision);
    if (!this.runs.has(key)) this.runs.set(key, { event, ended: false });
  }

  async #applyEnd(topic: 'documents.completed' | 'documents.failed', record: LogRecord): Promise<void> {
    let end: DocumentCompleted | DocumentFailed;
    try {
      end = await this.#world.codec.decode(topic, record.value ?? Buffer.alloc(0));
    } catch {
      return;
    }
    this.#world.clock.after(this.#world.plan.ledgerLagMs, () => {
      const run = this.runs.get(revisionKey(end.runId, end.revision));
      if (run !== undefined) run.ended = true;
      this.#publish(end);
    });
  }

  /** The rules by which the ledger reads events are the product's own. */
  #project(fact: Fact): void {
    const runId = fact.kind === 'event' ? fact.event.runId : '';
    const projection = project(this.#rows.get(runId), fact);
    if (projection !== undefined) this.#rows.set(runId, projection.run);
  }

  /** When a revision expires: a person may have got more time than its first event says. */
  #expiryOf({ runId, revision, expiresAt }: StageEvent): number {
    const row = this.#rows.get(runId);
    return row?.revision === revision ? row.expiresAt : expiresAt;
  }

  #publish(end: DocumentCompleted | DocumentFailed): void {
    const { database, outcomes, reviewTasks, clock } = this.#world;
    database
      .call({ clock }, () => {
        outcomes.markPublished(end);
        reviewTasks.close(end.runId, end.revision);
      })
      .catch(() => {
        clock.after(5000, () => {
          this.#publish(end);
        });
      });
  }

  #scheduleSweep(): void {
    this.#world.clock.after(sweepEveryMs, () => {
      void this.#sweep().finally(() => {
        this.#scheduleSweep();
      });
    });
  }

  async #sweep(): Promise<void> {
    const { outcomes, clock, database, history } = this.#world;
    const nowMs = clock.now();
    if (database.isDown) return;
    for (const row of outcomes.rows.values()) {
      const run = this.runs.get(revisionKey(row.runId, row.revision));
      if (row.state === 'published' || nowMs - row.claimedAt < republishAfterMs || run === undefined)
        continue;
      history.count('endings republished');
      await this.#end(run.event);
    }
    for (const [key, run] of this.runs) {
      if (run.ended || this.#expiryOf(run.event) > nowMs || outcomes.rows.has(key)) continue;
      history.count('expiries');
      await this.#end(run.event);
    }
  }

  async #end(event: StageEvent): Promise<void> {
    const { codec, clock, history } = this.#world;
    const document = this.#world.documentOf(event.documentId?.replace('-other', '') ?? null);
    if (document === undefined) return;
    const task: IntegrationTask = {
      context: { ...contextOf(this.#world, document, event.revision), runId: event.runId, lane: event.lane },
      input: null,
      ending: {
        outcomeId: outcomeIdOfOrder(event.runId, event.revision, 'expired'),
        status: 'expired',
        verdict: null,
        failure: { code: 'RUN_EXPIRED', message: 'expired', stage: null, page: null },
        endedBy: 'ledger',
        at: clock.now(),
        decisionId: null,
      },
      results: {},
      pageCount: 0,
    };
    const topic = `integration.tasks.${event.lane}` as const;
    history.note(() => `ledger ends ${event.runId} r${String(event.revision)}`);
    try {
      const value = await codec.encode(topic, task);
      await this.#log.produce([{ topic, key: Buffer.from(event.runId), value, headers: {} }]);
    } catch {
      history.note(() => 'ledger cannot reach the log; it retries in a minute');
    }
  }
}
