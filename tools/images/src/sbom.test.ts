import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { billOfMaterials } from './sbom.ts';

/** Schemas of CycloneDX, as its own library has them. */
const library = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json');
const schemaOf = (name: string): object =>
  JSON.parse(
    readFileSync(join(dirname(library), `res/schema/${name}.SNAPSHOT.schema.json`), 'utf8'),
  ) as object;

const ajv = new Ajv({ strict: false, formats: { 'iri-reference': true, 'idn-email': true } });
addFormats.default(ajv);
for (const name of ['spdx', 'jsf-0.82'])
  ajv.addSchema(schemaOf(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
const isBom = ajv.compile(schemaOf('bom-1.6'));

const pino = { name: 'pino', version: '10.4.0', license: 'MIT' };
const sharp = {
  name: '@img/sharp-linux-x64',
  version: '0.35.5',
  license: 'Apache-2.0 AND LGPL-3.0-or-later',
};
const model = { name: 'detector', version: '1.0', sha256: 'a'.repeat(64), licence: 'Apache-2.0' };
const contents = { image: 'ocr', version: '1.2.3', packages: [pino, sharp, pino], models: [model] };

test('O-09: the bill of materials follows the schema of CycloneDX 1.6', () => {
  const bom = JSON.parse(billOfMaterials(contents)) as object;
  expect({ isBom: isBom(bom), errors: isBom.errors }).toEqual({ isBom: true, errors: null });
  expect(isBom({ ...bom, components: [{ name: 'without a type' }] })).toBe(false);
});

test('O-09: it names each package once, by its package URL, and each model with its digest', () => {
  const { components } = JSON.parse(billOfMaterials(contents)) as {
    components: { name: string; purl?: string; hashes?: unknown; licenses?: unknown }[];
  };
  expect(components.map(({ purl, name }) => purl ?? name).sort()).toEqual([
    'detector',
    'pkg:npm/%40img/sharp-linux-x64@0.35.5',
    'pkg:npm/pino@10.4.0',
  ]);
  expect(components.find(({ name }) => name === 'detector')).toMatchObject({
    hashes: [{ alg: 'SHA-256', content: 'a'.repeat(64) }],
    licenses: [{ license: { id: 'Apache-2.0' } }],
  });
});

test('O-09: the same contents give the same text', () => {
  expect(billOfMaterials({ ...contents, packages: [sharp, pino] })).toBe(billOfMaterials(contents));
});
