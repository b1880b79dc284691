import type { HostileFile } from './hostile-file.ts';
import { hostileImages } from './hostile-images.ts';
import { hostilePdfs } from './hostile-pdfs.ts';

/** A small set of hostile files that any clone makes itself, the same bytes every time. */
export async function hostileFiles(): Promise<readonly HostileFile[]> {
  return [...hostilePdfs, ...(await hostileImages())];
}
