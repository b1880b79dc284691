import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { variablesOf } from '@docfleet/config';
import { z } from 'zod';
import type { Environment } from './command.ts';

/** Variables that any program may need to be found, to find its files and to speak the person's language. */
const baseNames = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
] as const;

/** What a server gets of the caller's environment: nothing that is meant for others. */
export function baseEnvironment(environment: Environment): Environment {
  return pick(environment, baseNames);
}

/**
 * What a program of the workspace gets of an environment that has the settings of all: the variables of its own settings,
 * and those that any program needs. No service sees a secret that it has no setting for.
 *
 * @param program folder below the root, such as `services/ocr`; its `src/config.ts` exports the schema of its settings
 */
export async function programEnvironment(
  root: string,
  program: string,
  environment: Environment,
): Promise<Environment> {
  const names = await settingNames(join(root, program, 'src/config.ts'));
  return pick(environment, [...baseNames, ...names]);
}

/** Names of all variables that the schema in this module reads. @throws Error when it exports no schema */
async function settingNames(module: string): Promise<readonly string[]> {
  const exported = (await import(pathToFileURL(module).href)) as Readonly<Record<string, unknown>>;
  const schema = Object.values(exported).find((value) => value instanceof z.ZodObject);
  if (schema === undefined) throw new Error(`${module} exports no schema of settings`);
  return variablesOf(schema);
}

function pick(environment: Environment, names: readonly string[]): Environment {
  return Object.fromEntries(
    names.filter((name) => environment[name] !== undefined).map((name) => [name, environment[name]]),
  );
}
