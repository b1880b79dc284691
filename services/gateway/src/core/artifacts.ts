import { renditions, type Rendition } from '@docfleet/domain';
import type { Action } from './roles.ts';

/** Names of the artifacts that every ending has. */
export const artifactNames = ['result.json', 'evidence_registry.json', 'coverage_report.json'] as const;
export type ArtifactName = (typeof artifactNames)[number];

/** What a name in the path means. */
export type NamedArtifact =
  | { readonly kind: 'bundle'; readonly name: ArtifactName }
  /** The file as it was submitted. */
  | { readonly kind: 'original' }
  /** The upright image of a page, which the boxes of fields and words refer to; from 1. */
  | { readonly kind: 'page'; readonly page: number }
  /** Made of the words when it is first asked for. */
  | { readonly kind: 'rendition'; readonly name: Rendition };

export const originalName = 'original';

export function pageArtifactName(page: number): string {
  return `page-${String(page)}`;
}

/** Undefined for a name that no artifact has. */
export function readArtifactName(text: string): NamedArtifact | undefined {
  const name = artifactNames.find((known) => known === text);
  if (name !== undefined) return { kind: 'bundle', name };
  if (text === originalName) return { kind: 'original' };
  const [, page] = /^page-([1-9]\d{0,5})$/.exec(text) ?? [];
  if (page !== undefined) return { kind: 'page', page: Number(page) };
  const rendition = renditions.find((known) => known === text);
  return rendition === undefined ? undefined : { kind: 'rendition', name: rendition };
}

/** The action that a role must allow to read an artifact: what shows the document needs more than what was found in it. */
export function actionOfArtifact(artifact: NamedArtifact): Action {
  if (artifact.kind !== 'bundle' || artifact.name === 'evidence_registry.json') return 'readEvidence';
  return 'readArtifacts';
}

/** Address of an artifact: in the folder of the bundle, whose uri ends with `/result.json`. */
export function artifactUri(bundleUri: string, name: ArtifactName): string {
  return `${folderOf(bundleUri)}/${name}`;
}

/** Version of how renditions are made, part of their address: one that another version made is made again. */
const renditionsVersion = 'renditions@1';

/** Address of a rendition: beside the bundle, so that it is removed together with it. */
export function renditionUri(bundleUri: string, name: Rendition): string {
  return `${folderOf(bundleUri)}/${renditionsVersion}/${name}`;
}

/** Address of the page manifest: the images are in a folder beside it. */
export function manifestUri(imageUri: string): string {
  return `${folderOf(folderOf(imageUri))}/manifest.json`;
}

function folderOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/'));
}

/** Media types that a file of a stranger is served with; any other is only bytes. */
const servedTypes: readonly string[] = [
  'application/pdf',
  'image/jpeg',
  'image/png',
  'image/tiff',
  'image/webp',
];

export function servedType(mediaType: string): string {
  return servedTypes.find((known) => known === mediaType) ?? 'application/octet-stream';
}

/** Name of a page's image when it is saved. */
export function pageFileName(page: number, mediaType: string): string {
  return `${pageArtifactName(page)}.${mediaType === 'image/png' ? 'png' : 'jpg'}`;
}
