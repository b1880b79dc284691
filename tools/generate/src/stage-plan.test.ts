import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTopics } from '@docfleet/codegen';
import { describe, expect, it } from 'vitest';
import { planClass } from './class-plan.ts';
import { planStage } from './stage-plan.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
// Places are taken from the repository as it is: it may have more stages than it has today.
const { stages, rows } = parseTopics(read('schemas/topics.yaml'));
const [, second = '', third = ''] = stages;
const name = 'stage-of-a-test';

describe('planStage', () => {
  it('puts the stage into its place, with topics of its own', () => {
    const { changed } = planStage(root, { name, after: second });
    const topics = parseTopics(changed.get('schemas/topics.yaml') ?? '');
    expect(topics.stages).toEqual(stages.flatMap((stage) => (stage === second ? [second, name] : [stage])));
    const own = topics.rows.filter(({ stage }) => stage === name);
    expect(new Set(own.map(({ family, value }) => `${family} ${value}`))).toEqual(
      new Set([`${name}.tasks StageOfATestTask`, 'retry StageOfATestTask', 'dead-letter StageOfATestTask']),
    );
  });

  it('gives a stage between two others the fields of the next task, and lets the one before write it', () => {
    const { created, changed } = planStage(root, { name, after: second });
    const record = rows.find(({ family }) => family === `${third}.tasks`)?.value ?? '';
    const fieldsOf = (schema: string): unknown => (JSON.parse(schema) as { readonly fields: unknown }).fields;
    expect(fieldsOf(created.get('schemas/avro/StageOfATestTask.avsc') ?? '')).toEqual(
      fieldsOf(read(`schemas/avro/${record}.avsc`)),
    );
    expect(changed.get(`services/${second}/src/stage.ts`)).toContain(`next('${name}.tasks'`);
    expect(created.get(`services/${name}/src/stage.ts`)).toContain(`next('${third}.tasks'`);
  });

  it('gives the stage a service of compose, as validation has it', () => {
    const blockOf = (text: string, service: string): string | undefined =>
      new RegExp(`^ {2}${service}:\\n(?: {4}.*\\n)+`, 'm').exec(text)?.[0];
    const compose = planStage(root, { name, after: second }).changed.get('compose.yaml') ?? '';
    const usual = blockOf(read('compose.yaml'), 'validation') ?? '';
    expect(usual).toContain('subpath: validation\n');
    expect([blockOf(compose, 'validation'), blockOf(compose, name)]).toEqual([
      usual,
      usual.replaceAll('validation', name),
    ]);
  });

  it.each([
    [
      'an unknown place',
      { name, after: 'no-such-stage' },
      'there is no stage no-such-stage: --after is one of',
    ],
    ['the end', { name, after: 'integration' }, 'nothing comes after integration'],
    ['the place where a run ends', { name, after: 'validation' }, 'nothing comes after validation'],
    ['the place where people are', { name, after: 'review' }, 'nothing comes after review'],
    ['a stage', { name: 'ocr', after: 'ocr' }, 'there is a stage ocr already'],
    ['a library', { name: 'objects', after: 'ocr' }, 'libs/objects exists'],
    ['topics', { name: 'completed', after: 'ocr' }, 'schemas/topics.yaml has topics of that name'],
  ])('refuses %s', (_what, options, message) => {
    expect(() => planStage(root, options)).toThrow(message);
  });
});

describe('planClass', () => {
  it('writes one file', () => {
    const { created, changed } = planClass(root, 'class-of-a-test');
    expect([[...created.keys()], changed.size]).toEqual([['schemas/classes/class-of-a-test/v1.yaml'], 0]);
    expect(created.get('schemas/classes/class-of-a-test/v1.yaml')).toContain('startsWith: [class of a test]');
  });

  it('refuses a class that is there', () => {
    expect(() => planClass(root, 'invoice')).toThrow('there is a class invoice already');
  });
});
