import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { recordStates, transitions } from '../src/record-states.ts';

/**
 * The state diagram of `docs/architecture.md`, a line for each transition: `from --> to: owner`. An arrow from a group
 * of states stands for one from each of them.
 */
async function drawnTransitions(): Promise<readonly string[]> {
  const page = await readFile(new URL('../../../docs/architecture.md', import.meta.url), 'utf8');
  const diagram = /```mermaid\nstateDiagram-v2\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const groups = new Map(
    [...diagram.matchAll(/state (\w+) \{([^}]*)\}/g)].map(([, name = '', states = '']) => [
      name,
      states
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    ]),
  );
  return diagram
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.includes('-->'))
    .flatMap((line) => {
      const [from = '', rest = ''] = line.split(' --> ');
      return (groups.get(from) ?? [from]).map((state) => `${state} --> ${rest}`);
    });
}

test('the picture of the life of a record has the states and transitions of the code, with their owners', async () => {
  const ends = recordStates.filter((state) => Object.keys(transitions[state]).length === 0);
  const inCode = recordStates.flatMap((from) =>
    Object.entries(transitions[from]).map(([to, owner]) => `${from} --> ${to}: ${owner}`),
  );
  expect((await drawnTransitions()).toSorted()).toEqual(
    ['[*] --> received', ...inCode, ...ends.map((state) => `${state} --> [*]`)].toSorted(),
  );
});
