import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import avro from 'avsc';
import { exampleOf, selfContained, type NamedType } from './avro.ts';

/**
 * Files of `schemas/released`: for each topic value and version the schema and one encoded record (hex) that every
 * later build must decode. A schema that differs from its newest released version needs `release` (or it is the first).
 *
 * @throws Error when a schema changed and `release` is false: a release is a decision.
 */
export function releaseFiles(
  folder: string,
  types: ReadonlyMap<string, NamedType>,
  names: readonly string[],
  release: boolean,
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const name of names) {
    const schema = `${JSON.stringify(selfContained(name, types), null, 2)}\n`;
    const newest = newestVersion(join(folder, name));
    if (newest > 0 && readFileSync(join(folder, name, `v${String(newest)}.avsc`), 'utf8') === schema)
      continue;
    if (newest > 0 && !release) {
      throw new Error(
        `schema ${name} differs from its released version ${String(newest)}: run npm run codegen -- --release`,
      );
    }
    const version = `schemas/released/${name}/v${String(newest + 1)}`;
    const type = avro.Type.forSchema(JSON.parse(schema) as avro.Schema);
    files.set(`${version}.avsc`, schema);
    files.set(`${version}.hex`, `${type.toBuffer(exampleOf(name, types)).toString('hex')}\n`);
  }
  return files;
}

function newestVersion(folder: string): number {
  if (!existsSync(folder)) return 0;
  const versions = readdirSync(folder).map((file) => Number(/^v(\d+)\.avsc$/.exec(file)?.[1] ?? 0));
  return Math.max(0, ...versions);
}
