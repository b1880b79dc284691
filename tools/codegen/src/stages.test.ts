import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseTopics } from './topics.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const { stages } = parseTopics(read('schemas/topics.yaml'));

/** Sources of a service, without its tests. */
function sourcesOf(service: string): string {
  const folder = join(root, 'services', service, 'src');
  if (!existsSync(folder)) return '';
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

test('every stage of topics.yaml has a service of the usual files', () => {
  const files = ['README.md', 'package.json', 'src/main.ts', 'src/config.ts', 'src/stage.ts'];
  const missing = stages.flatMap((stage) =>
    files.map((file) => `services/${stage}/${file}`).filter((path) => !existsSync(join(root, path))),
  );
  expect(missing).toEqual([]);
});

test('every stage is written to by the stage before it, and what people need not look at ends before them', () => {
  const last = stages.at(-1);
  const unreached = stages.slice(1).flatMap((stage, index) => {
    const before = stages[index] ?? '';
    // People end the runs that come to review.
    if (stage === last && before === 'review') return [];
    const wanted = stage === 'review' ? [`'${stage}.tasks'`, 'endRun('] : [`'${stage}.tasks'`];
    return wanted
      .filter((text) => !sourcesOf(before).includes(text))
      .map((text) => `services/${before} does not write ${text}`);
  });
  expect(unreached).toEqual([]);
});

test('every stage has a row in keda/scaling.yaml, and no other has', () => {
  const scaled = parse(read('keda/scaling.yaml')) as { readonly stages: object };
  expect(Object.keys(scaled.stages).sort()).toEqual([...stages].sort());
});

test('every stage has a row in the table of docs/architecture.md', () => {
  const page = read('docs/architecture.md');
  expect(stages.filter((stage) => !new RegExp(`^\\| ${stage} +\\|`, 'm').test(page))).toEqual([]);
});
