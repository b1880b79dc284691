import type { DocumentSubmitted, IntegrationTask } from '@docfleet/contracts';
import { outcomeIdOfOrder, sleep, type Lane } from '@docfleet/domain';
import type { OutgoingRecord, RecordLog } from '@docfleet/record-log';
import type { PlannedDocument } from '../plan/plan.ts';
import { contextOf } from './context.ts';
import { bytesOf } from './document-bytes.ts';
import { uriOf } from './memory-store.ts';
import type { ExecutionMonitor } from './execution-monitor.ts';
import type { World } from './world.ts';

/** A fake gateway: submits documents, and sends cancels in the order of the protocol. */
export class Gateway {
  /** Cancelled runs, by `<runId> r<revision>`: they end even if they were never claimed. */
  readonly cancelled = new Set<string>();
  readonly #world: World;
  readonly #monitor: ExecutionMonitor;
  readonly #log: RecordLog;

  constructor(world: World, monitor: ExecutionMonitor) {
    this.#world = world;
    this.#monitor = monitor;
    this.#log = world.cluster.log('gateway');
  }

  submit(document: PlannedDocument, lane: Lane = document.lane): Promise<void> {
    return this.#send(document, lane, document.name);
  }

  /** Submits another document with a requestId that is in use. */
  submitConflict(document: PlannedDocument): Promise<void> {
    return this.#send(document, document.lane, `${document.name}-other`);
  }

  /** Submits a document with an unverified tenant and the requestId of another one. */
  submitUnverified(document: PlannedDocument): Promise<void> {
    return this.#send({ ...document, tenantId: 'Not A Tenant' }, document.lane, document.name);
  }

  async cancel(document: PlannedDocument, options: { readonly gatewayDies: boolean }): Promise<void> {
    if (document.requestId === null) return;
    const world = this.#world;
    const context = contextOf(world, document);
    const { runId, revision } = context;
    const ending: IntegrationTask = {
      context,
      input: null,
      ending: {
        outcomeId: outcomeIdOfOrder(runId, revision, 'cancelled'),
        status: 'cancelled',
        verdict: null,
        failure: { code: 'RUN_CANCELLED', message: 'The run was cancelled.', stage: null, page: null },
        endedBy: 'gateway',
        decisionId: null,
        at: world.clock.now(),
      },
      results: {},
      pageCount: 0,
    };
    this.cancelled.add(`${runId} r${String(revision)}`);
    await this.#produce({
      topic: `integration.tasks.${document.lane}`,
      key: Buffer.from(runId),
      value: await world.codec.encode(`integration.tasks.${document.lane}`, ending),
      headers: {},
    });
    world.history.note(() => `gateway has sent the cancel of ${document.name} (${runId})`);
    if (options.gatewayDies) return;
    const stop = { runId, revision, action: 'stop' as const, at: world.clock.now(), by: 'caller' };
    await this.#produce({
      topic: 'documents.control',
      key: Buffer.from(runId),
      value: await world.codec.encode('documents.control', stop),
      headers: {},
    });
    this.#monitor.stopped(runId, revision);
    world.history.note(() => `gateway has sent the stop of ${document.name}`);
  }

  async #send(document: PlannedDocument, lane: Lane, name: string): Promise<void> {
    const { objects, codec, clock, history } = this.#world;
    const key = `uploads/${document.tenantId}/${name}`;
    objects.create(key, bytesOf(document.name), 'image/png');
    const value: DocumentSubmitted = {
      tenantId: document.tenantId,
      requestId: document.requestId,
      documentId: name,
      source: { uri: uriOf(key), sha256: null },
      fileName: document.name,
      region: null,
      callbackUrl: null,
      route: null,
      expectations: {},
      submittedAt: clock.now(),
      documentClass: null,
      checks: true,
      review: document.needsPerson.length === 0 ? 'never' : 'tenant',
    };
    const topic = `documents.${lane}` as const;
    history.note(() => `gateway submits ${name} to ${topic}`);
    await this.#produce({
      topic,
      key: Buffer.from(document.tenantId + document.name.slice(-1)),
      value: await codec.encode(topic, value),
      headers: {},
    });
  }

  /** Retries until the log has acknowledged the record. The memory log never writes a refused record, so there are no duplicates. */
  async #produce(record: OutgoingRecord): Promise<void> {
    for (;;) {
      try {
        await this.#log.produce([record]);
        return;
      } catch {
        await sleep(this.#world.clock, 1000);
      }
    }
  }
}
