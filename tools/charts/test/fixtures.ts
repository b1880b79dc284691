import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { toolPath, type ToolName } from '../src/tools.ts';

export const root = resolve(import.meta.dirname, '../../..');
const servers = join(root, '.docfleet/servers');

/** Path of a tool; undefined where it is not built, and that is said once. */
export function builtTool(name: ToolName): string | undefined {
  const path = toolPath(servers, name);
  if (existsSync(path)) return path;
  process.stdout.write(`NOT TESTED: ${name} is not built (npm run charts -- --tools).\n`);
  return undefined;
}

/** Every preset, and every file of `ci`, each with the connections that an installation needs. */
export const valueFiles: readonly (readonly string[])[] = ['presets', 'ci'].flatMap((folder) =>
  readdirSync(join(root, 'charts/docfleet', folder)).map((name) => [
    'ci/connections.yaml',
    `${folder}/${name}`,
  ]),
);

/** Name of a case for the reader. */
export const caseName = (files: readonly string[]): string => files.at(-1) ?? '';
