import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NpmPackage } from './npm-packages.ts';
import type { Component } from './policy.ts';

/** A Markdown table of all components, one line each. */
export function componentTable(components: readonly Component[]): string {
  const rows = components.map(
    ({ name, version, licence, origin }) =>
      `| ${name} | ${version} | ${licence ?? 'not stated'} | ${origin} |`,
  );
  return ['| component | version | licence | origin |', '| - | - | - | - |', ...rows].join('\n');
}

const licenceFile = /^(?:licen[cs]e|copying|notice|copyright)/i;

/** The licence and notice files of every npm package that is installed below `root`, each under a heading. */
export function licenceTexts(root: string, packages: readonly NpmPackage[]): string {
  return packages
    .flatMap(({ name, version, folder }) =>
      licenceFiles(join(root, folder)).map(
        (file) =>
          `## ${name} ${version}: ${file}\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`,
      ),
    )
    .join('\n');
}

function licenceFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && licenceFile.test(entry.name))
      .map(({ name }) => name)
      .sort();
  } catch {
    // A package for another platform is not installed.
    return [];
  }
}
