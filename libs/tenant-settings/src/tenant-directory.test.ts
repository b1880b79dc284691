import { localCodec, type TenantSettings } from '@docfleet/contracts';
import { createMemoryCluster } from '@docfleet/memory-log';
import { silentFollowReport } from '@docfleet/record-log';
import { virtualClock } from '@docfleet/testing';
import { expect, it } from 'vitest';
import { tenantDirectory } from './tenant-directory.ts';

function setUp() {
  const clock = virtualClock();
  const cluster = createMemoryCluster({ clock, topics: { 'fleet.tenants': 1 } });
  const codec = localCodec();
  const writer = cluster.log('writer');
  const settings = (facts: Partial<TenantSettings> = {}): TenantSettings => ({
    tenantId: 'acme',
    version: 1,
    state: 'active',
    publicKeys: [],
    sources: null,
    policies: {},
    at: 0,
    ...facts,
  });
  const publish = async (value: TenantSettings, key = value.tenantId) => {
    const bytes = await codec.encode('fleet.tenants', value);
    await clock.settle(
      writer.produce([{ topic: 'fleet.tenants', key: Buffer.from(key), value: bytes, headers: {} }]),
    );
  };
  const directory = tenantDirectory({
    recordLog: cluster.log('reader'),
    codec,
    clock,
    report: silentFollowReport,
  });
  const stop = new AbortController();
  return { clock, directory, publish, settings, join: () => clock.settle(directory.join(stop.signal)), stop };
}

it('M-23: refuses to answer before the topic was read to its end', () => {
  const { directory } = setUp();
  expect(() => directory.settingsOf('acme')).toThrow(expect.objectContaining({ code: 'BROKER_UNAVAILABLE' }));
});

it('M-23: knows what was published before, and follows', async () => {
  const { directory, publish, settings, join, stop, clock } = setUp();
  await publish(settings());
  await publish(settings({ version: 2, state: 'suspended' }));
  await join();
  expect(directory.settingsOf('acme')).toEqual(settings({ version: 2, state: 'suspended' }));
  expect(directory.settingsOf('other')).toBeUndefined();
  await publish(settings({ version: 3, state: 'active' }));
  await clock.advance(5_000);
  expect(directory.settingsOf('acme')?.version).toBe(3);
  stop.abort();
});

it('M-23: an older record behind a newer one, or one under the key of another tenant, changes nothing', async () => {
  const { directory, publish, settings, join, stop, clock } = setUp();
  await publish(settings({ version: 2 }));
  await join();
  await publish(settings({ version: 1, state: 'suspended' }));
  await publish(settings({ tenantId: 'other', version: 9 }), 'acme');
  await clock.advance(5_000);
  expect([directory.settingsOf('acme')?.version, directory.settingsOf('other')]).toEqual([2, undefined]);
  stop.abort();
});
