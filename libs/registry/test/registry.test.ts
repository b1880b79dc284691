import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { avroSchemas, avroTypeOf, topics, type TopicName, type TopicValues } from '@docfleet/contracts';
import avro from 'avsc';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  IncompatibleSchemaError,
  openRegistryApi,
  openRegistryCodec,
  registerSchemas,
} from '../src/index.ts';

function registryUrl(): string {
  // eslint-disable-next-line no-restricted-properties -- the test stack says through this variable where it listens
  const file = process.env['DOCFLEET_ENDPOINTS'];
  if (file === undefined) {
    throw new Error(
      'DOCFLEET_ENDPOINTS names no endpoints file: run through npm test, or start the local stack.',
    );
  }
  return (JSON.parse(readFileSync(file, 'utf8')) as { registry: string }).registry;
}

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

/** Bytes as somebody else would write them, with a schema registered under a subject of its own. */
async function written(schema: object, value: unknown): Promise<Buffer> {
  const id = await openRegistryApi(registryUrl()).register(
    `test-${randomUUID()}-value`,
    JSON.stringify(schema),
  );
  const head = Buffer.alloc(5);
  head.writeUInt32BE(id, 1);
  return Buffer.concat([head, avro.Type.forSchema(schema as avro.Schema).toBuffer(value)]);
}

const level = avroSchemas.FleetLevel;

beforeAll(async () => {
  await registerSchemas(registryUrl());
}, 60_000);

describe('the codec', () => {
  it('gives back what it was given, for every topic (M-04)', async () => {
    const codec = openRegistryCodec({ url: registryUrl() });
    for (const { name } of topics) {
      const value = example(name);
      expect(await codec.decode(name, await codec.encode(name, value))).toEqual(value);
    }
  });

  it('reads a record that has a field more than this build knows (M-04)', async () => {
    const codec = openRegistryCodec({ url: registryUrl() });
    const later = { ...level, fields: [...level.fields, { name: 'mood', type: 'string', default: '' }] };
    const value = example('fleet.level');
    const bytes = await written(later, { ...value, mood: 'calm' });
    expect(await codec.decode('fleet.level', bytes)).toEqual(value);
  });

  it.each([
    ['no byte at all', Buffer.alloc(0)],
    ['another first byte', Buffer.from([1, 0, 0, 0, 1, 0])],
    ['an id that is not registered', Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 0])],
  ])('refuses %s for good', async (_, bytes) => {
    const codec = openRegistryCodec({ url: registryUrl() });
    await expect(codec.decode('fleet.level', bytes)).rejects.toMatchObject({ code: 'RECORD_UNDECODABLE' });
  });

  it('refuses bytes behind the record, and a record cut short', async () => {
    const codec = openRegistryCodec({ url: registryUrl() });
    const bytes = await codec.encode('fleet.level', example('fleet.level'));
    const longer = Buffer.concat([bytes, Buffer.from([0])]);
    await expect(codec.decode('fleet.level', longer)).rejects.toMatchObject({ code: 'RECORD_UNDECODABLE' });
    const shorter = bytes.subarray(0, -1);
    await expect(codec.decode('fleet.level', shorter)).rejects.toMatchObject({ code: 'RECORD_UNDECODABLE' });
  });

  it('refuses another record than the topic has', async () => {
    const codec = openRegistryCodec({ url: registryUrl() });
    const bytes = await codec.encode('fleet.health', example('fleet.health'));
    await expect(codec.decode('fleet.level', bytes)).rejects.toMatchObject({ code: 'RECORD_UNDECODABLE' });
  });

  it('says that the registry is away when it is, and tries again', async () => {
    const codec = openRegistryCodec({ url: unreachable });
    const away = { code: 'REGISTRY_UNAVAILABLE' };
    await expect(codec.decode('fleet.level', Buffer.from([0, 0, 0, 0, 1, 0]))).rejects.toMatchObject(away);
    await expect(codec.encode('fleet.level', example('fleet.level'))).rejects.toMatchObject(away);
  });

  it('asks the registry once for an id, whatever the topic', async () => {
    const lines: unknown[] = [];
    const codec = openRegistryCodec({
      url: registryUrl(),
      log: (_, message, facts) => lines.push({ message, ...facts }),
    });
    const value = example('ocr.tasks.urgent');
    await Promise.all([
      codec.encode('ocr.tasks.urgent', value),
      codec.encode('ocr.tasks.high', value),
      codec.encode('ocr.retry.30s', value),
    ]);
    expect(lines).toEqual([
      { message: 'found the id of a schema', record: 'OcrTask', id: expect.any(Number) as number },
    ]);
  });
});

describe('registering', () => {
  it('changes nothing when nothing has changed', async () => {
    expect(await registerSchemas(registryUrl())).toEqual({
      registered: [],
      configured: [],
      unchanged: topics.map(({ name }) => `${name}-value`),
    });
  });

  it('holds every subject to BACKWARD_TRANSITIVE (M-04)', async () => {
    const api = openRegistryApi(registryUrl());
    const levels = await Promise.all(topics.map(({ name }) => api.compatibility(`${name}-value`)));
    expect(new Set(levels)).toEqual(new Set(['BACKWARD_TRANSITIVE']));
  });

  it('refuses a schema that cannot read what the first version wrote, also past a second one', async () => {
    const api = openRegistryApi(registryUrl());
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

  it('says that the registry is away when it is', async () => {
    await expect(registerSchemas(unreachable)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
  });
});
