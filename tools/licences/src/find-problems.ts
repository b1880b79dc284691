import satisfies from 'spdx-satisfies';
import type { Component, Policy } from './policy.ts';

type Exception = Policy['exceptions'][number];

/** One line for each component whose licence is not allowed, and for each entry of the data file that nothing needs. */
export function findProblems(components: readonly Component[], policy: Policy): string[] {
  const wrong = components.flatMap((component) => {
    const problem = problemOf(component, policy);
    return problem === undefined ? [] : [`${component.name} ${component.version}: ${problem}`];
  });
  return [...wrong, ...staleEntries(components, policy)];
}

function problemOf({ name, licence }: Component, policy: Policy): string | undefined {
  if (licence === null) return 'names no licence; read its LICENSE file and add it to `unstated`';
  const exceptions = policy.exceptions.filter((each) => matches(each, name)).map((each) => each.licence);
  try {
    if (satisfies(licence, [...policy.allowed, ...exceptions])) return undefined;
  } catch {
    return `"${licence}" is no SPDX expression; read its LICENSE file and add it to \`unstated\``;
  }
  return `the licence ${licence} is not in \`allowed\`; replace the package, or add an exception with its reason`;
}

function staleEntries(components: readonly Component[], policy: Policy): string[] {
  const names = components.map(({ name }) => name);
  const exceptions = policy.exceptions
    .filter((each) => !names.some((name) => matches(each, name)))
    .map(({ packages }) => packages.join(', '));
  const unstated = policy.unstated.map((each) => each.package).filter((name) => !names.includes(name));
  return [...exceptions, ...unstated].map(
    (name) => `${name}: not used any more; remove it from components.yaml`,
  );
}

function matches({ packages }: Exception, name: string): boolean {
  return packages.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
}
