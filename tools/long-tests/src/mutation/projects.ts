/** Pure code whose tests must notice nearly every small change of it. */
export interface MutationProject {
  /** Folder of the package. */
  readonly name: string;
  /** Files to change, as globs below the package. */
  readonly files: readonly string[];
  /** Least share of changes that the tests must notice, in percent. */
  readonly leastScore: number;
}

/** Pure parts must be at 90 % or above. */
const leastScore = 90;

/** A file joins by being named here. */
export const mutationProjects: readonly MutationProject[] = [
  {
    name: 'libs/stage',
    files: ['src/{window,window-metadata,scheduler,policy,step,in-flight,record-states,encoding}.ts'],
    leastScore,
  },
  { name: 'libs/domain', files: ['src/**/*.ts'], leastScore },
  { name: 'services/integration', files: ['src/core/**/*.ts'], leastScore },
  { name: 'libs/judgement', files: ['src/**/*.ts'], leastScore },
  // facts.ts decodes records, which the tests with servers do.
  { name: 'services/ledger', files: ['src/core/!(facts).ts'], leastScore },
];

/**
 * The projects with these names (`libs/stage` or `stage`), all of them for no name.
 *
 * @throws Error that names what there is, for a name that is none.
 */
export function projectsNamed(names: readonly string[]): readonly MutationProject[] {
  if (names.length === 0) return mutationProjects;
  return names.map((name) => {
    const found = mutationProjects.find((project) =>
      [project.name, project.name.split('/')[1]].includes(name),
    );
    if (found === undefined) {
      const known = mutationProjects.map((project) => project.name).join(', ');
      throw new Error(`Mutation testing has no project '${name}'. There are: ${known}.`);
    }
    return found;
  });
}
