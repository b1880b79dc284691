import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** A file of the console as it is sent. */
export interface ConsoleFile {
  readonly mediaType: string;
  readonly body: Buffer;
  /** The same, compressed with gzip. */
  readonly zipped: Buffer;
  readonly etag: string;
}

/** The files of the built console by their path, such as `assets/main-a1b2.js`. They are read once, so no path leads outside. */
export type ConsoleSite = ReadonlyMap<string, ConsoleFile>;

/** Where the console is built: beside this service, from its sources and from its build alike. */
const besideGateway = fileURLToPath(new URL('../../../console/dist/', import.meta.url));

const mediaTypes: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Reads the built console; undefined where it was not built. A file of another kind than pages have is not served. */
export function readConsoleSite(folder = besideGateway): ConsoleSite | undefined {
  if (!existsSync(join(folder, 'index.html'))) return undefined;
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths.flatMap((path): [string, ConsoleFile][] => {
      const mediaType = mediaTypes[path.slice(path.lastIndexOf('.') + 1)];
      if (mediaType === undefined) return [];
      const body = readFileSync(path);
      const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
      const name = relative(folder, path).split(sep).join('/');
      return [[name, { mediaType, body, zipped: gzipSync(body, { level: 9 }), etag }]];
    }),
  );
}
