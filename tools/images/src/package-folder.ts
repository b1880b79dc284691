const installed = /^(?:.*\/)?node_modules\/(?:@[^/]+\/[^/]+|[^@/][^/]*)(?=\/)/;

/**
 * The folder of the installed package that a file belongs to, relative to the repository; undefined for a file of the
 * repository itself, and for the link to a workspace.
 */
export function packageFolderOf(file: string): string | undefined {
  return installed.exec(file)?.[0];
}
