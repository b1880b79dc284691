import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import avro from 'avsc';
import { describe, expect, test } from 'vitest';
import { avroSchemas } from './generated/schemas.ts';

const released = join(import.meta.dirname, '../../../schemas/released');

const versions = readdirSync(released).flatMap((name) =>
  readdirSync(join(released, name))
    .filter((file) => file.endsWith('.avsc'))
    .map((file) => ({ name, version: file.replace('.avsc', '') })),
);

describe('M-04: every released version of every record can still be read', () => {
  test('each topic value has a released version', () => {
    expect([...new Set(versions.map(({ name }) => name))].sort()).toEqual(Object.keys(avroSchemas).sort());
  });

  test.each(versions)('$name $version', ({ name, version }) => {
    const path = join(released, name, version);
    const writer = avro.Type.forSchema(JSON.parse(readFileSync(`${path}.avsc`, 'utf8')) as avro.Schema);
    const reader = avro.Type.forSchema(
      avroSchemas[name as keyof typeof avroSchemas] as unknown as avro.Schema,
    );
    const bytes = Buffer.from(readFileSync(`${path}.hex`, 'utf8').trim(), 'hex');
    const value: unknown = reader.fromBuffer(bytes, reader.createResolver(writer));
    expect(reader.isValid(value)).toBe(true);
    expect(writer.toBuffer(writer.fromBuffer(bytes)).equals(bytes)).toBe(true);
  });
});
