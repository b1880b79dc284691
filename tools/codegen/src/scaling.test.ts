import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseTopics } from './topics.ts';

const root = join(import.meta.dirname, '../../..');

test('O-02: no stage may have more replicas than its largest lane has partitions', () => {
  const { stages } = parse(readFileSync(join(root, 'keda/scaling.yaml'), 'utf8')) as {
    stages: Record<string, { minReplicas: number; maxReplicas: number }>;
  };
  const lanes = parseTopics(readFileSync(join(root, 'schemas/topics.yaml'), 'utf8')).rows.filter(
    ({ lane }) => lane !== null,
  );
  const tooMany = Object.entries(stages).filter(([stage, { minReplicas, maxReplicas }]) => {
    const partitions = Math.max(
      0,
      ...lanes.filter((topic) => topic.stage === stage).map((topic) => topic.partitions['published'] ?? 0),
    );
    return maxReplicas > partitions || minReplicas > maxReplicas;
  });
  expect(tooMany).toEqual([]);
});
