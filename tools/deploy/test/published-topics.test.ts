import { randomUUID } from 'node:crypto';
import { openKafkaAdmin, type KafkaAdmin } from '@docfleet/kafka';
import { endpoints } from '@docfleet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployTopics } from '../src/deploy-topics.ts';
import { topicSpecs } from '../src/topic-specs.ts';

const prefix = `published-${randomUUID()}.`;
const specs = topicSpecs('published', { prefix });
const minutes = 60_000;
let admin: KafkaAdmin;

beforeAll(() => {
  admin = openKafkaAdmin({ brokers: [endpoints().broker], clientId: 'deploy-test' });
});

afterAll(async () => {
  await admin.deleteTopics(specs.map(({ name }) => name));
  await admin.close();
}, 2 * minutes);

describe('the published partition counts (M-02, M-03)', () => {
  it(
    'are created on a real broker; a second plan is empty, and differences are corrected',
    async () => {
      const created = await deployTopics(admin, specs, false);
      expect(created.create).toHaveLength(specs.length);
      expect(await admin.plan(specs)).toEqual({ create: [], grow: [], configure: [], larger: [] });
      const smaller = specs.map((spec) => ({ ...spec, partitions: 1 }));
      const counts = new Map((await admin.plan(smaller)).larger.map(({ name, actual }) => [name, actual]));
      expect(
        [
          'documents.urgent',
          'documents.high',
          'documents.normal',
          'ocr.tasks.normal',
          'documents.completed',
        ].map((name) => counts.get(`${prefix}${name}`)),
      ).toEqual([3, 6, 12, 24, 6]);

      const changed = specs.slice(0, 1).map(({ name, config }) => ({
        name,
        partitions: 4,
        config: { ...config, 'retention.ms': '1000' },
      }));
      const mended = await deployTopics(admin, changed, false);
      expect(mended.grow).toEqual([{ name: `${prefix}documents.urgent`, from: 3, to: 4 }]);
      expect(mended.configure.map(({ changed: keys }) => keys)).toEqual([['retention.ms']]);
      expect(await admin.plan(changed)).toEqual({ create: [], grow: [], configure: [], larger: [] });
    },
    3 * minutes,
  );
});
