import { dirname } from 'node:path';
import { findProgram, run, type Environment } from '../command.ts';
import { javaProgram } from './java.ts';
import { searchPathOf, type Machine } from './machine.ts';

/** Runs Maven, which checks what it fetches against the repository's digests (`--strict-checksums`). */
export async function runMaven(machine: Machine, folder: string, goals: readonly string[]): Promise<void> {
  await run(
    {
      file: 'mvn',
      arguments: ['--batch-mode', '--quiet', '--strict-checksums', ...goals],
      folder,
      environment: { ...machine.environment, ...javaFor(machine) },
    },
    machine.signal,
  );
}

/** Maven runs on the system's Java, which knows the system's certificates; on ours where there is none. */
function javaFor(machine: Machine): Environment {
  const hasJava = findProgram('java', searchPathOf(machine)) !== undefined;
  if (hasJava || machine.environment['JAVA_HOME'] !== undefined) return {};
  return { JAVA_HOME: dirname(dirname(javaProgram(machine))) };
}
