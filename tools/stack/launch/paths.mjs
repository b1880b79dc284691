import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** Major version of Node that everything but the launcher needs. */
export const neededMajor = 24;

export const programs = join(root, 'node_modules/.bin');

const pinnedNode = join(programs, 'node');

export function majorOf(version) {
  return Number(version.replace(/^v/, '').split('.')[0]);
}

/** The Node that runs the project: the pinned one, else this one; undefined where neither fits. */
export function nodeToUse() {
  if (existsSync(pinnedNode)) return pinnedNode;
  // Platforms without a pinned package bring their own.
  return majorOf(process.versions.node) === neededMajor ? process.execPath : undefined;
}

/** PATH with the project's programs first. */
export function insidePath() {
  return [programs, process.env.PATH ?? ''].join(delimiter);
}

/** PATH without the project's programs: npm must not run on the Node that it is about to replace. */
export function outsidePath() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== programs)
    .join(delimiter);
}

/** The value of a JSON file of the repository, undefined where it is missing or damaged. */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8'));
  } catch {
    return undefined;
  }
}
