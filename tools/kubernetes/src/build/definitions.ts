import { chmodSync, copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { customKinds, inFolderOnce, moduleFolder, schemaModules } from '@docfleet/charts';
import type { Machine } from '@docfleet/stack';

/** KEDA's definitions come with its build. */
const modules = ['prometheusOperator', 'gatewayApi', 'externalSecrets'] as const;

/** Definitions of the kinds of others that the charts render; gives their folder. */
export function fetchDefinitions(machine: Machine): Promise<string> {
  const versions = modules.map((name) => schemaModules[name].version.replace(/^v/, ''));
  return inFolderOnce(machine, `definitions-${versions.join('-')}`, async (draft, sources) => {
    await machine.progress.step('definitions of kinds of others', async () => {
      for (const name of modules) {
        const files = await moduleFolder(machine, sources, schemaModules[name]);
        for (const path of customKinds[name]) {
          const copy = join(draft, basename(path));
          copyFileSync(join(files, path), copy);
          chmodSync(copy, 0o644);
        }
      }
    });
  });
}
