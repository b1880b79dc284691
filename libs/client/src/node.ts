import { openAsBlob } from 'node:fs';
import { basename, extname } from 'node:path';
import type { RepeatableFile } from './upload.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
  '.webp': 'image/webp',
  '.txt': 'text/plain',
};

/**
 * A file of this machine, read from disk as it is sent.
 *
 * @throws Error of Node when there is no such file
 */
export async function fileAt(path: string): Promise<RepeatableFile> {
  const mediaType = mediaTypes[extname(path).toLowerCase()] ?? 'application/octet-stream';
  return { content: await openAsBlob(path, { type: mediaType }), name: basename(path), mediaType };
}
