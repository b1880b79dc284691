import { join } from 'node:path';
import { buildGo, inFolderOnce, writeWrapperModule } from '@docfleet/charts';
import type { Machine } from '@docfleet/stack';

/** Streams of initial lists (watch-list), which kube-apiserver offers its clients, need etcd 3.5.8 or newer. */
const version = '3.6.16';
const module = { path: 'go.etcd.io/etcd/server/v3', version: `v${version}` };

/** etcd; gives its folder. */
export function buildEtcd(machine: Machine): Promise<string> {
  return inFolderOnce(machine, `etcd-${version}`, async (draft, sources) => {
    await writeWrapperModule(machine, sources, { module });
    await machine.progress.step(`building etcd ${version}`, () =>
      buildGo(machine, sources, { package: module.path, output: join(draft, 'etcd') }),
    );
  });
}
