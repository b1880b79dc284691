import { wholeNumber } from '@docfleet/config';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { fleetList, type ReadSettings } from './fleet-list.ts';
import { parseScaling } from './scaling.ts';
import { valuesSchemas } from './values-schema.ts';

const scalingYaml = `
stages:
  first: { minReplicas: 1, maxReplicas: 2, lagPerReplica: 10 }
services: {}
backlogSecondsPerReplica: 60
scaleUp: { pods: 4, periodSeconds: 60, stabilizationSeconds: 60 }
scaleDown: { percent: 25, periodSeconds: 120, stabilizationSeconds: 300 }
`;

const row = {
  family: 'first.tasks',
  value: 'FirstTask',
  key: 'runId',
  partitions: { published: 3 },
  cleanup: 'delete',
  retentionMs: 1,
};
const topics = {
  stages: ['first'],
  rows: [
    { ...row, name: 'first.tasks.urgent', lane: 'urgent', stage: 'first', delayMs: null },
    { ...row, name: 'first.retry.30s', lane: null, stage: 'first', delayMs: 30_000 },
    { ...row, name: 'first.dead-letter', lane: null, stage: 'first', delayMs: null },
  ],
};

const settings: ReadSettings = (folder) =>
  Promise.resolve(
    z.object({
      KAFKA_BROKERS: z.string(),
      KAFKA_SASL_PASSWORD: z.string(),
      ...(folder.endsWith('first') && { FIRST_TIMEOUT_MS: wholeNumber(1, 9).default(5) }),
    }),
  );

test('a stage is listed with its settings, secrets, servers, topics and longest work', async () => {
  const { programs } = await fleetList(
    { topics, scaling: parseScaling(scalingYaml), classes: ['b', 'a'] },
    settings,
  );
  expect(programs).toEqual([
    {
      name: 'first',
      kind: 'stage',
      settings: ['KAFKA_BROKERS', 'FIRST_TIMEOUT_MS'],
      secrets: ['KAFKA_SASL_PASSWORD'],
      servers: ['kafka'],
      workMs: { FIRST_TIMEOUT_MS: 5 },
      group: 'first',
      lanes: [{ topic: 'first.tasks.urgent', partitions: { published: 3 } }],
      retries: ['first.retry.30s'],
      scaling: { minReplicas: 1, maxReplicas: 2, lagPerReplica: 10 },
    },
    {
      name: 'deploy',
      kind: 'deploy',
      settings: ['KAFKA_BROKERS'],
      secrets: ['KAFKA_SASL_PASSWORD'],
      servers: ['kafka'],
      workMs: {},
    },
  ]);
});

test('a stage that is not scaled, or has no setting for its time limit, is named', async () => {
  const scaling = parseScaling(scalingYaml);
  const withoutRow = { ...scaling, stages: {} };
  await expect(fleetList({ topics, scaling: withoutRow, classes: [] }, settings)).rejects.toThrow(
    'keda/scaling.yaml: the stage first is missing',
  );
  const withoutLimit: ReadSettings = () => Promise.resolve(z.object({}));
  await expect(fleetList({ topics, scaling, classes: [] }, withoutLimit)).rejects.toThrow(
    'first has no setting FIRST_TIMEOUT_MS with a default in milliseconds',
  );
});

test('scaling.yaml is closed, and its bounds are in order', () => {
  expect(() => parseScaling(scalingYaml.replace('lagPerReplica', 'lag'))).toThrow('lag');
  expect(() => parseScaling(scalingYaml.replace('minReplicas: 1', 'minReplicas: 3'))).toThrow(
    'first: minReplicas is more than maxReplicas',
  );
});

test('the schema has a setting of its stage, and none that the templates make', async () => {
  const list = await fleetList({ topics, scaling: parseScaling(scalingYaml), classes: ['a'] }, settings);
  const withGpu = {
    ...list,
    programs: list.programs.map((each) => ({ ...each, scaling: { ...each.scaling, gpuUtilisation: 70 } })),
  };
  const text = JSON.stringify(valuesSchemas(withGpu).main);
  expect(text).toContain('FIRST_TIMEOUT_MS');
  expect(text).not.toContain('KAFKA_BROKERS');
});
