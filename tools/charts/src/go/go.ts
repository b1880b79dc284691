import { existsSync } from 'node:fs';
import { findProgram, Problem, runCommandLine, searchPathOf, type Machine } from '@docfleet/stack';
import { z } from 'zod';

/** Where Go's own archive is unpacked by its installation instructions, beside PATH. */
const usualPlace = '/usr/local/go/bin/go';

/** A module of the Go module proxy. The checksum database vouches for what is downloaded. */
export interface GoModule {
  readonly path: string;
  /** With the leading `v`. */
  readonly version: string;
}

/** @throws Problem where Go is not installed. */
export function goProgram(machine: Machine): string {
  const found = findProgram('go', searchPathOf(machine));
  if (found !== undefined) return found;
  if (existsSync(usualPlace)) return usualPlace;
  throw new Problem(
    'Go 1.26 or newer (go) is missing: the control plane is built from its published sources. Install Go, or put it on PATH.',
  );
}

/** Runs `go` in the folder; gives what it printed. */
export function runGo(machine: Machine, folder: string, parts: readonly string[]): Promise<string> {
  const { environment, signal } = machine;
  const flags = [environment['GOFLAGS'] ?? '', '-mod=mod', '-buildvcs=false'].join(' ').trim();
  return runCommandLine(
    {
      file: goProgram(machine),
      arguments: parts,
      folder,
      environment: { ...environment, CGO_ENABLED: '0', GOFLAGS: flags },
    },
    signal,
  );
}

const downloadSchema = z.object({ Dir: z.string() });

/** Downloads a module; gives the folder of its files, which is read-only. */
export async function moduleFolder(
  machine: Machine,
  folder: string,
  { path, version }: GoModule,
): Promise<string> {
  const printed = await runGo(machine, folder, ['mod', 'download', '-json', `${path}@${version}`]);
  return downloadSchema.parse(JSON.parse(printed)).Dir;
}

export interface GoProgram {
  /** Package of its `main`. */
  readonly package: string;
  /** Where the executable is written. */
  readonly output: string;
  /** Variables that the linker sets, by `package.name`. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Compiles one program of the module in the folder; without its paths, so that Go's cache serves every checkout. */
export async function buildGo(machine: Machine, folder: string, program: GoProgram): Promise<void> {
  const set = Object.entries(program.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const linker = ['-s', '-w', ...set].join(' ');
  const options = ['-trimpath', '-ldflags', linker, '-o', program.output];
  await runGo(machine, folder, ['build', ...options, program.package]);
}
