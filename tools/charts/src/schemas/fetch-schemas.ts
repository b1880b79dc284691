import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '@docfleet/stack';
import { parse } from 'yaml';
import { z } from 'zod';
import { moduleFolder } from '../go/go.ts';
import {
  coreKinds,
  customKinds,
  scalersFile,
  schemaModules,
  usedTriggers,
  type SchemaModule,
} from './kinds.ts';
import { strictSchema, type Schema } from './strict-schema.ts';

const swaggerFile = z.object({ definitions: z.record(z.string(), z.record(z.string(), z.unknown())) });

const definitionFile = z.object({
  spec: z.object({
    group: z.string(),
    names: z.object({ kind: z.string() }),
    versions: z.array(
      z.object({
        name: z.string(),
        served: z.boolean(),
        schema: z.object({ openAPIV3Schema: z.record(z.string(), z.unknown()) }),
      }),
    ),
  }),
});

const scalersSchema = z.object({
  kedaVersion: z.string(),
  scalers: z.array(
    z.object({
      type: z.string(),
      parameters: z.array(z.looseObject({ name: z.string() })),
    }),
  ),
});

/** Name of the file with the schema of a kind: kubeconform calls the group of Kubernetes' own kinds by its version. */
function fileOf(group: string, kind: string, version: string): string {
  return `${group === '' ? version : group}_${kind.toLowerCase()}_${version}.json`;
}

/** Fetches the modules, and writes what is needed of them below `folder`; gives the names of the files. */
export async function fetchSchemas(machine: Machine, folder: string): Promise<readonly string[]> {
  const work = join(machine.servers, 'schemas.draft');
  mkdirSync(work, { recursive: true });
  const at = (module: SchemaModule): Promise<string> => moduleFolder(machine, work, schemaModules[module]);
  const files = new Map<string, Schema>();
  const kubernetes = await at('kubernetes');
  for (const [file, schema] of coreSchemas(read(kubernetes, 'api/openapi-spec/swagger.json')))
    files.set(file, schema);
  for (const [module, paths] of Object.entries(customKinds) as [
    keyof typeof customKinds,
    readonly string[],
  ][]) {
    const sources = await at(module);
    for (const path of paths)
      for (const [file, schema] of customSchemas(read(sources, path))) files.set(file, schema);
  }
  const scalers = scalersSchema.parse(JSON.parse(read(await at('keda'), scalersFile)));
  files.set('../scalers.json', {
    source: `${schemaModules.keda.path} ${schemaModules.keda.version}, ${scalersFile}`,
    scalers: scalers.scalers
      .filter(({ type }) => (usedTriggers as readonly string[]).includes(type))
      .map(({ type, parameters }) => ({ type, parameters })),
  });
  rmSync(work, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [file, schema] of files) writeFileSync(join(folder, file), `${JSON.stringify(schema)}\n`);
  return [...files.keys()];
}

function read(folder: string, path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

function coreSchemas(text: string): readonly (readonly [string, Schema])[] {
  const { definitions } = swaggerFile.parse(JSON.parse(text));
  return Object.entries(coreKinds).map(([name, group]) => {
    const [version = '', kind = ''] = name.split('.').slice(-2);
    return [fileOf(group, kind, version), strictSchema({ $ref: `#/definitions/${name}` }, definitions)];
  });
}

function customSchemas(text: string): readonly (readonly [string, Schema])[] {
  const { group, names, versions } = definitionFile.parse(parse(text)).spec;
  return versions
    .filter(({ name, served }) => served && !name.includes('beta'))
    .map(({ name, schema }) => {
      const strict = strictSchema(schema.openAPIV3Schema);
      const properties = { ...(strict['properties'] as object), metadata: { type: 'object' } };
      return [fileOf(group, names.kind, name), { ...strict, properties }];
    });
}
