import { cpSync, chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGo, inFolderOnce, moduleFolder, schemaModules } from '@docfleet/charts';
import type { Machine } from '@docfleet/stack';
import { isKeptScaler, keepTriggers } from './keda-scalers.ts';

const module = schemaModules.keda;
const kedaVersion = module.version.replace(/^v/, '');
const programs = ['operator', 'adapter', 'webhooks'] as const;
const sourceFolders = ['apis', 'cmd', 'controllers', 'pkg', 'version', 'schema', 'go.mod', 'go.sum'] as const;

/** A constant of a scaler that is left out and that others use. */
const sharedConstant = '\nconst externalMetricType = "External"\n';

/** Files of Go's module cache are read-only. */
function copyWritable(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  const pending = [to];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const isFolder = statSync(path).isDirectory();
    chmodSync(path, isFolder ? 0o755 : 0o644);
    if (isFolder) for (const name of readdirSync(path)) pending.push(join(path, name));
  }
}

/** Leaves out the scalers of other systems: their client libraries are nine tenths of the build. Nothing else changes. */
function leaveOutScalers(sources: string): void {
  const scalers = join(sources, 'pkg/scalers');
  for (const entry of readdirSync(scalers, { withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.go') && !isKeptScaler(entry.name))
      rmSync(join(scalers, entry.name));
  }
  const kept = readdirSync(scalers, { withFileTypes: true }).filter((entry) => entry.isFile());
  const isDefined = kept.some((entry) =>
    /externalMetricType *=/.test(readFileSync(join(scalers, entry.name), 'utf8')),
  );
  if (!isDefined) writeFileSync(join(scalers, 'scaler.go'), sharedConstant, { flag: 'a' });
  const builder = join(sources, 'pkg/scaling/scalers_builder.go');
  writeFileSync(builder, keepTriggers(readFileSync(builder, 'utf8')));
}

/**
 * KEDA's operator, metrics adapter and admission webhooks, with the scalers of `keptTriggers`; gives their folder, with
 * KEDA's manifests in `config` and its list of scalers in `scalers-schema.json`.
 */
export function buildKeda(machine: Machine): Promise<string> {
  return inFolderOnce(machine, `keda-${kedaVersion}`, async (draft, sources) => {
    const files = await moduleFolder(machine, sources, module);
    for (const name of sourceFolders) copyWritable(join(files, name), join(sources, name));
    copyWritable(join(files, 'config'), join(draft, 'config'));
    copyWritable(join(files, 'schema/generated/scalers-schema.json'), join(draft, 'scalers-schema.json'));
    leaveOutScalers(sources);
    for (const name of programs) {
      await machine.progress.step(`building KEDA ${name} ${kedaVersion}`, () =>
        buildGo(machine, sources, { package: `./cmd/${name}`, output: join(draft, `keda-${name}`) }),
      );
    }
  });
}
