import { accessSync, constants, statSync } from 'node:fs';

/**
 * What is wrong with files that are to be sent, a line each; empty when all can be read.
 *
 * @param {readonly string[]} paths
 * @returns {readonly string[]}
 */
export function fileProblems(paths) {
  return paths.flatMap((path) => {
    const problem = problemOf(path, (found) => {
      if (found.isDirectory()) return `is a directory; name the files in it (${path.replace(/\/+$/, '')}/*)`;
      if (!found.isFile()) return 'is not a regular file; copy its content into one';
      return found.size === 0 ? 'is empty (0 bytes); there is nothing to read in it' : undefined;
    });
    return problem === undefined ? [] : [`${path} ${problem}`];
  });
}

/**
 * What is wrong with a folder that is to be read; undefined when it can be.
 *
 * @param {string} path
 * @returns {string | undefined}
 */
export function folderProblem(path) {
  const problem = problemOf(path, (found) =>
    found.isDirectory() ? undefined : 'is a file; name the folder that it is in',
  );
  return problem === undefined ? undefined : `${path} ${problem}`;
}

/**
 * @param {string} path
 * @param {(found: import('node:fs').Stats) => string | undefined} judge
 * @returns {string | undefined}
 */
function problemOf(path, judge) {
  try {
    const problem = judge(statSync(path));
    if (problem !== undefined) return problem;
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return explain(/** @type {NodeJS.ErrnoException} */ (error));
  }
}

/**
 * What an error of the file system means to a person.
 *
 * @param {NodeJS.ErrnoException} error
 */
export function explain({ code, message }) {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'does not exist; correct the path';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by this user; change its permissions';
    default:
      return `cannot be read: ${message}`;
  }
}
