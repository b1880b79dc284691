import { rmSync } from 'node:fs';
import { z } from 'zod';
import { readJson, writeJson } from './json-file.ts';
import type { SupervisedProcess } from './supervised-process.ts';
import { endProcess, isRunning, processIdentitySchema, type ProcessIdentity } from './processes.ts';

/**
 * The record of what runs (`processes.json`): if this process is killed before it could end the others, the next
 * start or `npm stop` finds them here.
 */
const runningSchema = z.record(z.string(), processIdentitySchema);
export type Running = Readonly<Record<string, ProcessIdentity>>;

export function runningOf(processes: readonly SupervisedProcess[]): Running {
  const entries = processes.flatMap((each) =>
    each.identity === undefined ? [] : [[each.name, each.identity] as const],
  );
  return Object.fromEntries(entries);
}

export function writeRunning(path: string, running: Running): void {
  writeJson(path, running);
}

/** What the record names and still runs. */
export function findRunning(path: string): Running {
  const recorded = Object.entries(readJson(path, runningSchema) ?? {});
  return Object.fromEntries(recorded.filter(([, identity]) => isRunning(identity)));
}

/** Ends everything that an interrupted run left; gives the names of what was found. */
export async function endLeftovers(path: string): Promise<string[]> {
  const found = findRunning(path);
  await Promise.all(
    Object.values(found).map((identity) => endProcess(identity, { signal: 'SIGTERM', graceMs: 5000 })),
  );
  rmSync(path, { force: true });
  return Object.keys(found);
}
