import { describe, expect, it } from 'vitest';
import { parseTopics, poolValueTypes, stagesModule } from './topics.ts';

const yaml = `
presets: [published, local]
stages: [intake, sort, end]
families:
  - { name: documents, lanes: true, value: Submitted, key: any, partitions: { published: { urgent: 1, high: 2, normal: 3 }, local: 1 }, retentionHours: 1 }
  - { name: sort.tasks, lanes: true, value: SortTask, key: runId, partitions: { published: 4, local: 1 }, retentionHours: 1 }
  - { name: end.tasks, lanes: true, value: EndTask, key: runId, partitions: { published: 4, local: 1 }, retentionHours: 1 }
  - { name: retry, perStage: true, delays: { 30s: 30000 }, value: task, key: runId, partitions: { published: 1, local: 1 }, retentionHours: 1 }
`;

describe('parseTopics', () => {
  it('makes one topic a lane, and retry topics for every stage but the last', () => {
    const { stages, rows } = parseTopics(yaml);
    expect(stages).toEqual(['intake', 'sort', 'end']);
    expect(rows.map(({ name, stage, value }) => `${name} ${stage ?? ''} ${value}`)).toEqual([
      ...['urgent', 'high', 'normal'].map((lane) => `documents.${lane} intake Submitted`),
      ...['urgent', 'high', 'normal'].map((lane) => `sort.tasks.${lane} sort SortTask`),
      ...['urgent', 'high', 'normal'].map((lane) => `end.tasks.${lane} end EndTask`),
      'intake.retry.30s intake Submitted',
      'sort.retry.30s sort SortTask',
    ]);
    expect(rows.find(({ name }) => name === 'documents.normal')?.partitions).toEqual({
      published: 3,
      local: 1,
    });
  });

  it('names a stage that has no tasks', () => {
    expect(() => parseTopics(yaml.replace('sort, end]', 'sort, redact, end]'))).toThrow(
      'stages: redact needs a family redact.tasks with lanes: true',
    );
  });

  it('types the topics of pools, and refuses pools of the first and the last stage', () => {
    const withPools = (stage: string) =>
      parseTopics(yaml.replace('families:', `pooledStages: [${stage}]\nfamilies:`));
    expect(poolValueTypes(withPools('sort'))).toEqual([
      ...['urgent', 'high', 'normal'].map((lane) => `[topic: \`sort.\${string}.tasks.${lane}\`]: SortTask;`),
      '[topic: `sort.${string}.retry.30s`]: SortTask;',
    ]);
    expect(poolValueTypes(parseTopics(yaml))).toEqual([]);
    expect(() => withPools('intake')).toThrow('intake is not a stage between the first and the last');
    expect(() => withPools('end')).toThrow('end is not a stage between the first and the last');
  });

  it('names unknown keys with their place', () => {
    expect(() => parseTopics(yaml.replace('perStage: true', 'stages: [sort]'))).toThrow(
      /families\.3: .*stages/,
    );
  });
});

describe('stagesModule', () => {
  it('lists the stages in order', () => {
    const source = stagesModule({ stages: ['intake', 'end'], pooledStages: [] });
    expect(source).toContain('export const stageNames = ["intake","end"] as const;');
  });
});
