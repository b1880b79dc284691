/** The program that makes namespaces without privileges: Debian's package `bubblewrap`. */
export const bubblewrap = '/usr/bin/bwrap';

/** Where programs find their shared libraries; no folder of programs. */
const libraryFolders = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/usr/local/lib', '/etc/ld.so.cache'];

/** The user `nobody`, as whom a child runs in its own user namespace. */
const nobody = '65534';

/** What a child in namespaces believes to be the name of its machine. */
export const childHost = 'child';

/** Size of the child's own /tmp, which is in memory. */
const tmpBytes = 16 * 1024 * 1024;

/**
 * Arguments of bubblewrap before the command: namespaces of its own for users, processes, network, IPC and mounts; no
 * capability and no way to another user namespace; read-only, only `visible` and shared libraries. When bubblewrap or
 * its parent dies, everything in it is killed.
 */
export function namespaceArguments(visible: readonly string[]): readonly string[] {
  return [
    ...['--unshare-all', '--unshare-user', '--disable-userns', '--uid', nobody, '--gid', nobody],
    ...['--cap-drop', 'ALL', '--new-session', '--die-with-parent', '--hostname', childHost],
    ...['--proc', '/proc', '--dev', '/dev', '--size', String(tmpBytes), '--tmpfs', '/tmp'],
    ...libraryFolders.flatMap((folder) => ['--ro-bind-try', folder, folder]),
    // After /tmp, which may have the program in it.
    ...visible.flatMap((path) => ['--ro-bind', path, path]),
    ...['--remount-ro', '/', '--chdir', '/', '--'],
  ];
}
