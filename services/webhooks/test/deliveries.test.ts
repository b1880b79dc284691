import { randomUUID } from 'node:crypto';
import { erasureWorkIn, tenantEventsIn, webhookDeliveriesIn, webhookEndpointsIn } from '@docfleet/database';
import { until } from '@docfleet/testing';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completedEvent, failedEvent } from './endings.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import { deliveriesOf, startWebhooksOfTest, work, type WebhooksOfTest } from './webhooks-of-test.ts';

let webhooks: WebhooksOfTest;
let receiver: Receiver;

beforeEach(async () => {
  [webhooks, receiver] = await Promise.all([startWebhooksOfTest(), startReceiver()]);
});
afterEach(async () => {
  await webhooks.close();
  await receiver.close();
});

/** An end of a run. Revisions of a run are in order. */
const ended = (runId: string, revision = 1, more: Parameters<typeof completedEvent>[0] = {}) =>
  completedEvent({ runId, revision, outcomeId: `${runId}/${revision}`, ...more });
const failed = (runId: string, revision = 1, more: Parameters<typeof failedEvent>[0] = {}) =>
  failedEvent({ runId, revision, outcomeId: `${runId}/${revision}`, ...more });

/** What arrived: run and revision. */
const arrivals = () =>
  receiver.arrived.map(({ data }) => `${String(data['runId'])}/${String(data['revision'])}`);
const states = async () => (await deliveriesOf(webhooks)).map(({ state }) => state);
const isDone = async (count: number) => {
  const all = await states();
  return all.length === count && all.every((state) => state === 'delivered');
};

describe('A-05: what is sent', () => {
  it('is accepted by the public library, with the current and with the former secret', async () => {
    const endpointId = await webhooks.addEndpoint(`${receiver.url}/hook`);
    const former = await webhooks.rotate(endpointId);
    const current = await webhooks.rotate(endpointId);
    await webhooks.read();
    webhooks.send();
    await webhooks.write('documents.completed', ended('run-1'));
    await until('it is delivered', () => isDone(1));
    const [message] = receiver.arrived;
    for (const secret of [former, current]) {
      expect(new Webhook(secret).verify(message?.body ?? '', message?.headers ?? {})).toMatchObject({
        type: 'document.completed',
        data: { runId: 'run-1', status: 'completed', verdict: 'approve' },
      });
    }
    expect(message?.path).toBe('/hook');
    const latest = await webhooks.rotate(endpointId, 'acme', 0);
    await webhooks.write('documents.completed', ended('run-2'));
    await until('the second one is delivered', () => isDone(2));
    const [, second] = receiver.arrived;
    const verify = (secret: string) => new Webhook(secret).verify(second?.body ?? '', second?.headers ?? {});
    expect(verify(latest)).toBeDefined();
    expect(() => verify(former)).toThrow();
    expect(() => verify(current)).toThrow();
  });

  it('is the end of every run, also of cancelled ones, to its callback, and never to another tenant', async () => {
    await webhooks.addEndpoint(`${receiver.url}/other`, { tenantId: 'other' });
    const secret = await webhooks.rotate('callback/acme');
    const callbackUrl = `${receiver.url}/done?a=b`;
    await webhooks.write('documents.completed', ended('run-1', 1, { callbackUrl }));
    await webhooks.write('documents.failed', failed('run-2', 1, { callbackUrl, status: 'cancelled' }));
    await webhooks.read();
    webhooks.send();
    await until('both are delivered', () => isDone(2));
    expect(receiver.arrived.map(({ path, data }) => [path, data['status']]).sort()).toEqual([
      ['/done?a=b', 'cancelled'],
      ['/done?a=b', 'completed'],
    ]);
    const [message] = receiver.arrived;
    expect(new Webhook(secret).verify(message?.body ?? '', message?.headers ?? {})).toBeDefined();
  });

  it('A-02: is what other services say of batches, in their order', async () => {
    const batchId = randomUUID();
    await webhooks.addEndpoint(receiver.url, { filters: ['batch.*'] });
    const events = tenantEventsIn(webhooks.database.session);
    for (const what of ['started', 'completed'])
      await events.add({
        tenantId: 'acme',
        type: `batch.${what}`,
        subject: batchId,
        data: { what },
        at: Date.now(),
      });
    await webhooks.takeEvents();
    await webhooks.takeEvents();
    webhooks.send();
    await until('both are delivered', () => isDone(2));
    expect(receiver.arrived.map(({ data }) => data['what'])).toEqual(['started', 'completed']);
    expect(await events.untaken(10)).toEqual([]);
  });
});

describe('A-05: nothing is lost, and nothing comes out of order', () => {
  it('a receiver that was away gets everything once it is back, every document in order', async () => {
    await webhooks.addEndpoint(receiver.url);
    receiver.answer = ({ data }) => (data['revision'] === 1 ? 'break' : 503);
    await webhooks.read();
    webhooks.send({ breakerOpenMs: 50 });
    const runs = ['a', 'b', 'c', 'd'].map((name) => `run-${name}`);
    await webhooks.write('documents.failed', ...runs.map((runId) => failed(runId)));
    await until('it was tried', () => Promise.resolve(receiver.arrived.length > 4));
    await webhooks.write('documents.completed', ...runs.map((runId) => ended(runId, 2)));
    await until('all are stored', async () => (await states()).length === 8);
    // The second revision of a run waits for the first one.
    expect(arrivals().filter((name) => name.endsWith('/2'))).toEqual([]);
    const before = receiver.arrived.length;
    receiver.answer = () => 200;
    await until('all are delivered', () => isDone(8));
    const after = arrivals().slice(before);
    for (const runId of runs) {
      expect(after.filter((name) => name.startsWith(runId))).toEqual([`${runId}/1`, `${runId}/2`]);
    }
    const attempts = await webhookDeliveriesIn(webhooks.database.session).attempts(
      (await deliveriesOf(webhooks))[0]?.deliveryId ?? '',
    );
    expect(attempts[0]).toMatchObject({ status: 200, problem: null });
    expect(attempts.at(-1)).toMatchObject({ number: 1, status: null, problem: 'CONNECTION_FAILED' });
  });

  it('processes share the work, and each message is sent once', async () => {
    await webhooks.addEndpoint(receiver.url);
    await webhooks.write(
      'documents.completed',
      ...Array.from({ length: 60 }, (_, index) => ended(`run-${index}`)),
    );
    await Promise.all([webhooks.read(), webhooks.read()]);
    webhooks.send();
    webhooks.send();
    await until('all are delivered', () => isDone(60));
    expect(new Set(arrivals()).size).toBe(60);
    expect(receiver.arrived).toHaveLength(60);
  });

  it('what a killed process had taken is sent by another one, in order', async () => {
    await webhooks.addEndpoint(receiver.url);
    await webhooks.write('documents.failed', failed('run-1'));
    const stop = await webhooks.read();
    await until('it is stored', async () => (await states()).length === 1);
    await stop();
    const claim = { holder: 'killed', leaseMs: 300, limit: 10, perTenant: 8, perReceiver: 4 };
    const taken = await work(webhooks).claim({ ...claim, busy: new Map(), resting: [] });
    expect(taken).toHaveLength(1);
    await webhooks.write('documents.completed', ended('run-1', 2));
    await webhooks.read();
    webhooks.send();
    await until('both are delivered', () => isDone(2));
    expect(arrivals()).toEqual(['run-1/1', 'run-1/2']);
    // The killed one comes back: it may not note anything any more.
    const attempt = { at: 0, durationMs: 0, status: 500, problem: 'HTTP_500' };
    const deliveryId = taken[0]?.deliveryId ?? '';
    expect(await work(webhooks).settle({ deliveryId, holder: 'killed' }, attempt, { state: 'failed' })).toBe(
      false,
    );
    expect(await isDone(2)).toBe(true);
  });

  it('a process that stops gives back what it is sending', async () => {
    await webhooks.addEndpoint(receiver.url);
    receiver.answer = () => 'silence';
    await webhooks.read();
    const stop = webhooks.send();
    await webhooks.write('documents.completed', ended('run-1'));
    await until('it is being sent', () => Promise.resolve(receiver.arrived.length === 1));
    await stop();
    receiver.answer = () => 200;
    webhooks.send();
    await until('it is delivered', () => isDone(1));
    // Its own lease would have lasted for half a minute, and an attempt that was broken off is not one.
    expect((await deliveriesOf(webhooks))[0]?.attempts).toBe(1);
  });

  it('an event that is read twice is one delivery', async () => {
    await webhooks.addEndpoint(receiver.url);
    await webhooks.write('documents.completed', ended('run-1'), ended('run-1'), ended('run-2'));
    await webhooks.read();
    webhooks.send();
    await until('both are delivered', () => isDone(2));
    expect(arrivals().sort()).toEqual(['run-1/1', 'run-2/1']);
  });

  it('R-06: a record that cannot be read or stored is set aside, and what is behind it arrives', async () => {
    await webhooks.addEndpoint(receiver.url);
    await webhooks.writeBytes('documents.failed', 'run-0', Buffer.from('no record'));
    await webhooks.write(
      'documents.failed',
      failed('run-1', 1, { requestId: 'a\u0000b', tenantId: 'ac\u0000me' }),
    );
    await webhooks.write('documents.failed', failed('run-2', 1, { callbackUrl: `${receiver.url}/\u0000` }));
    await webhooks.write('documents.failed', failed('run-3'));
    await webhooks.read();
    webhooks.send();
    await until('the good one is delivered', () => isDone(1));
    expect(webhooks.setAside.map(({ runId, cause }) => [runId, cause]).sort()).toEqual([
      ['run-0', 'RECORD_UNDECODABLE'],
      ['run-1', '22021'],
      ['run-2', '22021'],
    ]);
    await webhooks.database.session
      .updateTable('setAsideRecords')
      .set({ redriveAskedAt: new Date(), redriveAskedBy: 'k' })
      .execute();
    await webhooks.redrive();
    const rows = await webhooks.database.session.selectFrom('setAsideRecords').selectAll().execute();
    expect(rows.map(({ reader, tries, redriveAskedAt }) => [reader, tries, redriveAskedAt])).toEqual(
      rows.map(() => ['webhooks', 2, null]),
    );
  });

  it('A-11: nothing is stored of a run that was erased', async () => {
    await webhooks.addEndpoint(receiver.url);
    await erasureWorkIn(webhooks.database.session).removeRun({
      runId: 'run-1',
      tenantId: 'acme',
      at: Date.now(),
    });
    await webhooks.write('documents.completed', ended('run-1'), ended('run-2'));
    await webhooks.read();
    await until('the other one is stored', async () => (await states()).length === 1);
    expect((await deliveriesOf(webhooks)).map(({ subject }) => subject)).toEqual(['run-2']);
    await erasureWorkIn(webhooks.database.session).removeRun({
      runId: 'run-2',
      tenantId: 'acme',
      at: Date.now(),
    });
    expect(await states()).toEqual([]);
  });
});

describe('A-05: a receiver that fails', () => {
  it('is disabled by its 410, and gets nothing more until it is enabled', async () => {
    const endpointId = await webhooks.addEndpoint(receiver.url);
    receiver.answer = () => 410;
    await webhooks.read();
    webhooks.send();
    await webhooks.write('documents.completed', ended('run-1'));
    const endpoints = webhookEndpointsIn(webhooks.database.session);
    await until('it is disabled', async () => (await endpoints.find(endpointId))?.disabledReason === 'gone');
    await webhooks.write(
      'documents.completed',
      ended('run-2', 1, { callbackUrl: `${receiver.url}/callback` }),
    );
    await until('both have failed', async () => (await states()).join() === 'failed,failed');
    expect((await deliveriesOf(webhooks)).map(({ subject, problem }) => [subject, problem])).toEqual([
      ['run-1', 'HTTP_410'],
      ['run-2', 'HTTP_410'],
    ]);
    expect(receiver.arrived.map(({ path }) => path)).toEqual(['/', '/callback']);
  });

  it('is left alone after half of five attempts have failed, and nobody else is', async () => {
    await webhooks.addEndpoint(`${receiver.url}/bad`);
    await webhooks.addEndpoint(`${receiver.url}/good`);
    receiver.answer = ({ path }) => (path === '/bad' ? 500 : 200);
    await webhooks.read();
    webhooks.send({ perReceiver: 1 });
    await webhooks.write(
      'documents.completed',
      ...Array.from({ length: 20 }, (_, index) => ended(`run-${index}`)),
    );
    const countOf = (path: string) => receiver.arrived.filter((message) => message.path === path).length;
    await until('the good one has all', () => Promise.resolve(countOf('/good') === 20));
    await until('what it has is noted', async () => (await work(webhooks).backlog([])).pending === 20);
    await until('the other one was called', () => Promise.resolve(countOf('/bad') >= 5));
    expect(countOf('/bad')).toBe(5);
  });

  it('does not hold up another tenant, however slow it is', async () => {
    // More endpoints than one, so that the bound of a receiver does not stand for that of its tenant.
    for (const name of ['a', 'b', 'c'])
      await webhooks.addEndpoint(`${receiver.url}/slow?${name}`, { tenantId: 'slow' });
    await webhooks.addEndpoint(`${receiver.url}/quick`, { tenantId: 'quick' });
    receiver.answer = ({ path }) => (path.startsWith('/slow') ? 'silence' : 200);
    const many = Array.from({ length: 40 }, (_, index) => ended(`slow-${index}`, 1, { tenantId: 'slow' }));
    await webhooks.write('documents.completed', ...many);
    await webhooks.read();
    webhooks.send({ concurrency: 10, perTenant: 6, perReceiver: 6 });
    const slow = () => receiver.arrived.filter(({ path }) => path.startsWith('/slow')).length;
    await until('the slow one has all that it may have', () => Promise.resolve(slow() === 6));
    await webhooks.write('documents.completed', ended('quick-1', 1, { tenantId: 'quick' }));
    await until('the quick one has its message', async () =>
      (await deliveriesOf(webhooks, 'quick')).every(({ state }) => state === 'delivered'),
    );
    expect(slow()).toBe(6);
  });

  it('fails a callback in its own time, and only that', async () => {
    receiver.answer = () => 'silence';
    const callbackUrl = `${receiver.url}/silent`;
    await webhooks.write('documents.completed', ended('run-1', 1, { callbackUrl }));
    await webhooks.read();
    await until('it is stored', async () => (await states()).length === 1);
    await webhooks.database.session
      .updateTable('webhookDeliveries')
      .set({ expiresAt: new Date(Date.now() + 400) })
      .execute();
    webhooks.send({ callbackTimeoutMs: 100 });
    await until('it has failed', async () => (await states())[0] === 'failed');
    expect((await deliveriesOf(webhooks))[0]?.problem).toBe('TIMEOUT_CALLBACK');
  });

  it('whose deliveries are past their time or whose endpoint was deleted has them failed', async () => {
    const kept = await webhooks.addEndpoint(receiver.url);
    const deleted = await webhooks.addEndpoint(receiver.url);
    await webhooks.write('documents.completed', ended('run-1'));
    await webhooks.read();
    await until('they are stored', async () => (await states()).length === 2);
    await webhookEndpointsIn(webhooks.database.session).delete(deleted, Date.now());
    await webhooks.database.session
      .updateTable('webhookDeliveries')
      .set({ expiresAt: new Date(0) })
      .where('receiver', '=', kept)
      .execute();
    expect(await work(webhooks).giveUp(10)).toBe(2);
    expect((await deliveriesOf(webhooks)).map(({ receiver: to, problem }) => [to, problem]).sort()).toEqual(
      [
        [kept, 'EXPIRED'],
        [deleted, 'ENDPOINT_DELETED'],
      ].sort(),
    );
  });

  it('gets a replay under the same id', async () => {
    const endpointId = await webhooks.addEndpoint(receiver.url);
    await webhooks.write('documents.completed', ended('run-1'), ended('run-2'), ended('run-3'));
    await webhooks.read();
    webhooks.send();
    await until('all are delivered', () => isDone(3));
    const ids = (await deliveriesOf(webhooks)).map(({ deliveryId }) => deliveryId);
    const deliveries = webhookDeliveriesIn(webhooks.database.session);
    expect(await deliveries.replay(ids[0] ?? '', 60_000)).toBe(true);
    await until('it came again', () => Promise.resolve(receiver.arrived.length === 4));
    await until('it is noted', () => isDone(3));
    expect(receiver.arrived[3]?.id).toBe(ids[0]);
    const range = {
      ...{ tenantId: 'acme', receiver: endpointId, since: 0, until: Date.now() + 60_000 },
      ...{ state: undefined, limit: 2, expiresInMs: 60_000 },
    };
    expect(await deliveries.replayRange(range)).toBe(2);
    await until('two came again', () => Promise.resolve(receiver.arrived.length === 6));
    expect(new Set(receiver.arrived.map(({ id }) => id))).toEqual(new Set(ids));
  });
});
