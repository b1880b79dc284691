import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { V1Container, V1KeyToPath, V1Pod, V1Volume, V1VolumeProjection } from '@kubernetes/client-node';
import { ConfigMissing, fieldOf, type ConfigSources } from './environment.ts';
import type { Mount } from './expand.ts';

export interface VolumeSources extends ConfigSources {
  /** A token of the pod's service account. */
  token(audience: string | undefined, expirationSeconds: number | undefined): Promise<string>;
}

/** Writes the volumes of the pod below the folder. @throws ConfigMissing where something that they name is not there */
export async function writeVolumes(pod: V1Pod, folder: string, sources: VolumeSources): Promise<void> {
  for (const volume of pod.spec?.volumes ?? []) {
    const target = join(folder, volume.name);
    mkdirSync(target, { recursive: true });
    if (volume.emptyDir !== undefined) continue;
    for (const [path, content] of await filesOf(volume, pod, sources)) {
      mkdirSync(dirname(join(target, path)), { recursive: true });
      writeFileSync(join(target, path), content, { mode: 0o600 });
    }
  }
}

type Files = readonly (readonly [path: string, content: string])[];

async function filesOf(volume: V1Volume, pod: V1Pod, sources: VolumeSources): Promise<Files> {
  const { name, configMap, secret, projected, downwardAPI } = volume;
  if (configMap !== undefined) return projectedFiles({ configMap }, pod, sources);
  if (secret !== undefined)
    return chosen(sources.secret(secret.secretName ?? ''), {
      ...secret,
      kind: 'secret',
      name: secret.secretName ?? '',
    });
  if (downwardAPI !== undefined) return projectedFiles({ downwardAPI }, pod, sources);
  if (projected !== undefined) {
    const all = [];
    for (const source of projected.sources ?? []) all.push(...(await projectedFiles(source, pod, sources)));
    return all;
  }
  throw new ConfigMissing(`volume ${name} is of a kind that the process node does not know`);
}

async function projectedFiles(
  source: V1VolumeProjection,
  pod: V1Pod,
  sources: VolumeSources,
): Promise<Files> {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  if (configMap !== undefined)
    return chosen(sources.configMap(configMap.name ?? ''), { kind: 'config map', ...configMap });
  if (secret !== undefined) return chosen(sources.secret(secret.name ?? ''), { kind: 'secret', ...secret });
  if (downwardAPI !== undefined)
    return (downwardAPI.items ?? []).map(({ path, fieldRef }) => [
      path,
      fieldOf(pod, fieldRef?.fieldPath ?? ''),
    ]);
  if (serviceAccountToken === undefined) throw new ConfigMissing('a projected volume has an unknown source');
  const { path, audience, expirationSeconds } = serviceAccountToken;
  return [[path, await sources.token(audience, expirationSeconds)]];
}

interface Chosen {
  readonly kind: string;
  readonly name?: string;
  readonly items?: readonly V1KeyToPath[];
  readonly optional?: boolean;
}

function chosen(content: Readonly<Record<string, string>> | undefined, given: Chosen): Files {
  const { kind, name = '', items, optional } = given;
  if (content === undefined) {
    if (optional === true) return [];
    throw new ConfigMissing(`${kind} "${name}" not found`);
  }
  if (items === undefined) return Object.entries(content);
  return items.map(({ key, path }) => {
    const value = content[key];
    if (value === undefined) throw new ConfigMissing(`${kind} "${name}" has no key "${key}"`);
    return [path, value];
  });
}

const withoutSlash = (path: string): string => path.replace(/\/+$/, '');

/** Where the container's mounts are on this machine: below a folder that stands for its file system. */
export function mountsOf(container: V1Container, fileSystem: string): readonly Mount[] {
  const paths = (container.volumeMounts ?? []).map(({ mountPath }) => withoutSlash(mountPath));
  const parents = paths.map((path) => dirname(path)).filter((path) => path.split('/').length > 2);
  return [...new Set([...paths, ...parents])].map((mountPath) => ({
    mountPath,
    folder: join(fileSystem, mountPath),
  }));
}

/** Makes that folder: each mount is a link to its volume below `volumes`. */
export function linkMounts(container: V1Container, fileSystem: string, volumes: string): void {
  for (const { name, mountPath, subPath = '' } of container.volumeMounts ?? []) {
    const link = join(fileSystem, withoutSlash(mountPath));
    mkdirSync(dirname(link), { recursive: true });
    rmSync(link, { recursive: true, force: true });
    symlinkSync(join(volumes, name, subPath), link);
  }
}
