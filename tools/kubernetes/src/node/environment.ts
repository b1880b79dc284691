import type { V1Container, V1EnvVar, V1Pod } from '@kubernetes/client-node';
import { expandVariables } from './expand.ts';
import { numberOf } from './quantity.ts';

/** Contents of config maps and secrets of the pod's namespace; undefined where there is none of that name. */
export interface ConfigSources {
  configMap(name: string): Readonly<Record<string, string>> | undefined;
  secret(name: string): Readonly<Record<string, string>> | undefined;
}

/** What a pod waits for: kubelets report it as CreateContainerConfigError and try again. */
export class ConfigMissing extends Error {}

export interface EnvironmentOf {
  readonly pod: V1Pod;
  readonly container: V1Container;
  readonly sources: ConfigSources;
}

/** The variables of a container, in the order in which later ones may refer to earlier ones. @throws ConfigMissing */
export function containerEnvironment({ pod, container, sources }: EnvironmentOf): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const from =
      configMapRef === undefined
        ? lookUp('secret', sources.secret(secretRef?.name ?? ''), secretRef)
        : lookUp('config map', sources.configMap(configMapRef.name ?? ''), configMapRef);
    for (const [key, value] of Object.entries(from)) variables[`${prefix}${key}`] = value;
  }
  for (const variable of container.env ?? []) {
    const value = valueOf(variable, { pod, container, sources }, variables);
    if (value !== undefined) variables[variable.name] = value;
  }
  return variables;
}

interface Reference {
  readonly name?: string;
  readonly optional?: boolean;
}

function lookUp(
  kind: string,
  found: Readonly<Record<string, string>> | undefined,
  reference: Reference | undefined,
): Readonly<Record<string, string>> {
  if (found !== undefined) return found;
  if (reference?.optional === true) return {};
  throw new ConfigMissing(`${kind} "${reference?.name ?? ''}" not found`);
}

function valueOf(
  { name, value, valueFrom }: V1EnvVar,
  given: EnvironmentOf,
  earlier: Readonly<Record<string, string>>,
): string | undefined {
  if (valueFrom === undefined) return expandVariables(value ?? '', earlier);
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = valueFrom;
  const { sources, pod, container } = given;
  if (configMapKeyRef !== undefined)
    return keyOf('config map', sources.configMap(configMapKeyRef.name ?? ''), configMapKeyRef);
  if (secretKeyRef !== undefined)
    return keyOf('secret', sources.secret(secretKeyRef.name ?? ''), secretKeyRef);
  if (fieldRef !== undefined) return fieldOf(pod, fieldRef.fieldPath);
  if (resourceFieldRef !== undefined)
    return resourceOf(container, resourceFieldRef.resource, resourceFieldRef.divisor);
  throw new ConfigMissing(`variable ${name} comes from something that this node does not know`);
}

function keyOf(
  kind: string,
  found: Readonly<Record<string, string>> | undefined,
  reference: Reference & { readonly key: string },
): string | undefined {
  const value = lookUp(kind, found, reference)[reference.key];
  if (value !== undefined || reference.optional === true) return value;
  throw new ConfigMissing(`${kind} "${reference.name ?? ''}" has no key "${reference.key}"`);
}

/** The field of the pod (downward API). @throws ConfigMissing for fields that this node does not know */
export function fieldOf(pod: V1Pod, path: string): string {
  const keyed = /^metadata\.(?<map>labels|annotations)\['(?<key>[^']+)'\]$/.exec(path)?.groups;
  if (keyed !== undefined) {
    const map = keyed['map'] === 'labels' ? pod.metadata?.labels : pod.metadata?.annotations;
    return map?.[keyed['key'] ?? ''] ?? '';
  }
  switch (path) {
    case 'metadata.name':
      return pod.metadata?.name ?? '';
    case 'metadata.namespace':
      return pod.metadata?.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata?.uid ?? '';
    case 'spec.nodeName':
      return pod.spec?.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec?.serviceAccountName ?? '';
    // All pods share the network of this machine.
    case 'status.podIP':
    case 'status.hostIP':
      return '127.0.0.1';
    default:
      throw new ConfigMissing(`field ${path} is not known to this node`);
  }
}

function resourceOf(container: V1Container, resource: string, divisor = '1'): string {
  const [place = '', name = ''] = resource.split('.');
  const { limits, requests } = container.resources ?? {};
  const quantity = (place === 'limits' ? limits : requests)?.[name];
  if (quantity === undefined) throw new ConfigMissing(`container ${container.name} has no ${resource}`);
  const unit = divisor === '0' ? 1 : numberOf(divisor);
  return String(Math.ceil(numberOf(quantity) / unit));
}
