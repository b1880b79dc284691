import type { Action } from './roles.ts';

/** What a finished run leaves for its tenant, by name. */
export const artifactNames = ['result.json', 'evidence_registry.json', 'coverage_report.json'] as const;
export type ArtifactName = (typeof artifactNames)[number];

/** What one must be allowed to do to read it. */
export const actionOfArtifact: Readonly<Record<ArtifactName, Action>> = {
  'result.json': 'readArtifacts',
  'evidence_registry.json': 'readEvidence',
  'coverage_report.json': 'readArtifacts',
};

/** Where an artifact stands: beside the bundle, whose uri ends with `/result.json`. */
export function artifactUri(bundleUri: string, name: ArtifactName): string {
  return `${bundleUri.slice(0, bundleUri.lastIndexOf('/'))}/${name}`;
}
