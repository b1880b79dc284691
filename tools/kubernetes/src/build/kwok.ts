import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildGo, inFolderOnce, writeWrapperModule } from '@docfleet/charts';
import type { Machine } from '@docfleet/stack';

const version = '0.8.0';
const module = { path: 'sigs.k8s.io/kwok', version: `v${version}` };

/** What becomes of nodes and pods. kwok has none built in and ends without. */
const stages = [
  'node/fast/node-initialize.yaml',
  'node/heartbeat/node-heartbeat.yaml',
  'pod/fast/pod-ready.yaml',
  'pod/fast/pod-complete.yaml',
  'pod/fast/pod-delete.yaml',
] as const;

/** kwok, which plays nodes whose pods run nothing; gives its folder, with its stages in `stages`. */
export function buildKwok(machine: Machine): Promise<string> {
  return inFolderOnce(machine, `kwok-${version}`, async (draft, sources) => {
    const files = await writeWrapperModule(machine, sources, { module });
    mkdirSync(join(draft, 'stages'));
    for (const stage of stages) {
      const copy = join(draft, 'stages', basename(stage));
      copyFileSync(join(files, 'kustomize/stage', stage), copy);
      chmodSync(copy, 0o644);
    }
    await machine.progress.step(`building kwok ${version}`, () =>
      buildGo(machine, sources, { package: `${module.path}/cmd/kwok`, output: join(draft, 'kwok') }),
    );
  });
}
