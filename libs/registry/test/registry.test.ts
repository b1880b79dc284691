import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { avroSchemas, avroTypeOf, topics, type TopicName, type TopicValues } from '@docfleet/contracts';
import { endpoints } from '@docfleet/testing';
import avro from 'avsc';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  IncompatibleSchemaError,
  openRegistryApi,
  openRegistryCodec,
  registerSchemas,
} from '../src/index.ts';

const unreachable = 'http://127.0.0.1:1/apis/ccompat/v7';

/** The example of a topic's value in its newest release, which is the schema of this build. */
function example<T extends TopicName>(topic: T): TopicValues[T] {
  const type = avroTypeOf(topic);
  const name = type.name?.split('.').at(-1) ?? '';
  const folder = new URL(`../../../schemas/released/${name}/`, import.meta.url);
  const versions = readdirSync(folder).filter((file) => file.endsWith('.hex'));
  const hex = readFileSync(new URL(`v${versions.length}.hex`, folder), 'utf8');
  return type.fromBuffer(Buffer.from(hex.trim(), 'hex')) as TopicValues[T];
}

/** Bytes of another writer, with a schema registered under a separate subject. */
async function written(schema: object, value: unknown): Promise<Buffer> {
  const id = await openRegistryApi(endpoints().registry).register(
    `test-${randomUUID()}-value`,
    JSON.stringify(schema),
  );
  const header = Buffer.alloc(5);
  header.writeUInt32BE(id, 1);
  return Buffer.concat([header, avro.Type.forSchema(schema as avro.Schema).toBuffer(value)]);
}

const level = avroSchemas.FleetLevel;

beforeAll(async () => {
  await registerSchemas(endpoints().registry);
}, 60_000);

describe('the codec', () => {
  it('decodes what it encoded, for every topic (M-04)', async () => {
    const codec = openRegistryCodec({ url: endpoints().registry });
    for (const { name } of topics) {
      const value = example(name);
      expect(await codec.decode(name, await codec.encode(name, value))).toEqual(value);
    }
  });

  it('refuses a map that announces more entries than there are bytes, also of another writer (R-06)', async () => {
    const codec = openRegistryCodec({ url: endpoints().registry });
    const count = Buffer.from('8080a0f6f4acdbe01b', 'hex');
    const later = {
      ...avroSchemas.DocumentSubmitted,
      fields: [...avroSchemas.DocumentSubmitted.fields, { name: 'mood', type: 'string', default: '' }],
    };
    // After the map, each field takes one byte.
    const submitted = {
      ...example('documents.normal'),
      expectations: {},
      submittedAt: 0,
      documentClass: null,
      checks: true,
      review: '',
    };
    const own = await codec.encode('documents.normal', submitted);
    const other = await written(later, { ...submitted, mood: '' });
    const read = vi.spyOn(avro.Type.prototype, 'fromBuffer').mockReturnValue({});
    for (const bytes of [own.subarray(0, -5), other.subarray(0, -6)]) {
      await expect(codec.decode('documents.normal', Buffer.concat([bytes, count]))).rejects.toMatchObject({
        code: 'RECORD_UNDECODABLE',
      });
    }
    expect(read).not.toHaveBeenCalled();
  });

  it('reads a record with a field that is unknown to this build (M-04)', async () => {
    const codec = openRegistryCodec({ url: endpoints().registry });
    const later = { ...level, fields: [...level.fields, { name: 'mood', type: 'string', default: '' }] };
    const value = example('fleet.level');
    const bytes = await written(later, { ...value, mood: 'calm' });
    expect(await codec.decode('fleet.level', bytes)).toEqual(value);
  });

  it.each([
    ['no byte at all', Buffer.alloc(0)],
    ['another first byte', Buffer.from([1, 0, 0, 0, 1, 0])],
    ['an id that is not registered', Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 0])],
    ['an id that no registry can give', Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 0])],
    ['the id 0', Buffer.from([0, 0, 0, 0, 0, 0])],
  ])('refuses %s permanently', async (_, bytes) => {
    const codec = openRegistryCodec({ url: endpoints().registry });
    await expect(codec.decode('fleet.level', bytes)).rejects.toMatchObject({ code: 'RECORD_UNDECODABLE' });
  });

  it('refuses bytes after the record, and a truncated record', async () => {
    const codec = openRegistryCodec({ url: endpoints().registry });
    const bytes = await codec.encode('fleet.level', example('fleet.level'));
    const longer = Buffer.concat([bytes, Buffer.from([0])]);
    await expect(codec.decode('fleet.level', longer)).rejects.toMatchObject({ code: 'RECORD_UNDECODABLE' });
    const shorter = bytes.subarray(0, -1);
    await expect(codec.decode('fleet.level', shorter)).rejects.toMatchObject({ code: 'RECORD_UNDECODABLE' });
  });

  it('refuses a record of another topic', async () => {
    const codec = openRegistryCodec({ url: endpoints().registry });
    const bytes = await codec.encode('fleet.health', example('fleet.health'));
    await expect(codec.decode('fleet.level', bytes)).rejects.toMatchObject({ code: 'RECORD_UNDECODABLE' });
  });

  it('reports an unavailable registry, and retries', async () => {
    const codec = openRegistryCodec({ url: unreachable });
    const unavailable = { code: 'REGISTRY_UNAVAILABLE' };
    await expect(codec.decode('fleet.level', Buffer.from([0, 0, 0, 0, 1, 0]))).rejects.toMatchObject(
      unavailable,
    );
    await expect(codec.encode('fleet.level', example('fleet.level'))).rejects.toMatchObject(unavailable);
  });

  it('looks an id up once, for all topics of a record', async () => {
    const lines: unknown[] = [];
    const codec = openRegistryCodec({
      url: endpoints().registry,
      log: (_, message, facts) => lines.push({ message, ...facts }),
    });
    const value = example('ocr.tasks.urgent');
    await Promise.all([
      codec.encode('ocr.tasks.urgent', value),
      codec.encode('ocr.tasks.high', value),
      codec.encode('ocr.retry.30s', value),
    ]);
    expect(lines).toEqual([
      { message: 'Schema id resolved', record: 'OcrTask', id: expect.any(Number) as number },
    ]);
  });
});

describe('registering', () => {
  it('changes nothing when schemas are registered', async () => {
    expect(await registerSchemas(endpoints().registry)).toEqual({
      registered: [],
      configured: [],
      unchanged: topics.map(({ name }) => `${name}-value`),
    });
  });

  it('sets BACKWARD_TRANSITIVE for every subject (M-04)', async () => {
    const api = openRegistryApi(endpoints().registry);
    const levels = await Promise.all(topics.map(({ name }) => api.compatibility(`${name}-value`)));
    expect(new Set(levels)).toEqual(new Set(['BACKWARD_TRANSITIVE']));
  });

  it('refuses a schema that cannot read records of the first version, also after a second one', async () => {
    const api = openRegistryApi(endpoints().registry);
    const subject = `test-${randomUUID()}-value`;
    const record = (fields: object[]): string => JSON.stringify({ type: 'record', name: 'Thing', fields });
    const a = { name: 'a', type: 'string' };
    await api.setCompatibility(subject, 'BACKWARD_TRANSITIVE');
    await api.register(subject, record([a]));
    await api.register(subject, record([a, { name: 'b', type: 'string', default: '' }]));
    const third = record([a, { name: 'b', type: 'string' }]);
    expect((await api.isCompatible(subject, third)).ok).toBe(false);
    await expect(api.register(subject, third)).rejects.toBeInstanceOf(IncompatibleSchemaError);
    expect((await api.isCompatible(subject, record([a]))).ok).toBe(true);
  });

  it('reports an unavailable registry', async () => {
    await expect(registerSchemas(unreachable)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
  });
});
