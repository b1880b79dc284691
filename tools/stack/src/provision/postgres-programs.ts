import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../command.ts';
import { searchPathOf, type Machine } from './machine.ts';

/** Where Debian keeps the servers, one folder for each major version; they are not on PATH. */
const debianFolder = '/usr/lib/postgresql';

/** Folder with `initdb`, `postgres` and `pg_isready`: the newest one; undefined where none is installed. */
export function postgresPrograms(machine: Machine): string | undefined {
  const versions = existsSync(debianFolder) ? readdirSync(debianFolder) : [];
  const newest = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(debianFolder, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
  return newest ?? findProgram('initdb', searchPathOf(machine))?.replace(/\/initdb$/, '');
}
