import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folders that a child of a service has to read: packages, libraries and the service of this module. */
export function programFolders(moduleUrl: string): readonly string[] {
  const parts = fileURLToPath(moduleUrl).split(sep);
  const at = parts.lastIndexOf('services');
  const root = parts.slice(0, at).join(sep);
  return [join(root, 'node_modules'), join(root, 'libs'), join(root, 'services', parts[at + 1] ?? '')];
}
