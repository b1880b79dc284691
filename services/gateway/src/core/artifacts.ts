import type { Action } from './roles.ts';

/** Names of the artifacts of a finished run. */
export const artifactNames = ['result.json', 'evidence_registry.json', 'coverage_report.json'] as const;
export type ArtifactName = (typeof artifactNames)[number];

/** The action that a role must allow to read an artifact. */
export const actionOfArtifact: Readonly<Record<ArtifactName, Action>> = {
  'result.json': 'readArtifacts',
  'evidence_registry.json': 'readEvidence',
  'coverage_report.json': 'readArtifacts',
};

/** Address of an artifact: in the folder of the bundle, whose uri ends with `/result.json`. */
export function artifactUri(bundleUri: string, name: ArtifactName): string {
  return `${bundleUri.slice(0, bundleUri.lastIndexOf('/'))}/${name}`;
}
