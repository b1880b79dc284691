import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseTopics } from '../topics.ts';

const root = join(import.meta.dirname, '../../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const list = z
  .object({
    classes: z.array(z.string()),
    programs: z.array(
      z.object({
        name: z.string(),
        kind: z.string(),
        settings: z.array(z.string()),
        secrets: z.array(z.string()),
        group: z.string().optional(),
        lanes: z.array(z.object({ topic: z.string() })).optional(),
        retries: z.array(z.string()).optional(),
        scaling: z.object({ minReplicas: z.number(), maxReplicas: z.number() }).optional(),
      }),
    ),
  })
  .parse(parse(read('charts/docfleet/files/fleet.yaml')));
const services = list.programs.filter(({ kind }) => kind !== 'deploy');

/** Two lists of names, in the same order. */
const sorted = (names: readonly string[]): string[] => [...names].sort();

test('every folder of services/ with a program is in the list of the charts, in their values and in keda/scaling.yaml', () => {
  // The console has none: the gateway serves its files.
  const folders = readdirSync(join(root, 'services')).filter((folder) =>
    existsSync(join(root, 'services', folder, 'src/main.ts')),
  );
  expect(sorted(services.map(({ name }) => name))).toEqual(sorted(folders));
  const values = parse(read('charts/docfleet/values.yaml')) as { services: object };
  expect(sorted(Object.keys(values.services))).toEqual(sorted(folders));
  const scaling = parse(read('keda/scaling.yaml')) as { stages: object; services: object };
  expect(sorted([...Object.keys(scaling.stages), ...Object.keys(scaling.services)])).toEqual(sorted(folders));
});

test('both charts have the same list', () => {
  expect(read('keda/files/fleet.yaml')).toBe(read('charts/docfleet/files/fleet.yaml'));
});

test('groups, lanes and retries of a stage are those of schemas/topics.yaml', () => {
  const topics = parseTopics(read('schemas/topics.yaml'));
  const expected = topics.stages.map((stage) => {
    const own = topics.rows.filter((row) => row.stage === stage);
    return {
      name: stage,
      group: stage,
      lanes: own.filter(({ lane }) => lane !== null).map(({ name }) => name),
      retries: own.filter(({ delayMs }) => delayMs !== null).map(({ name }) => name),
    };
  });
  const listed = services.flatMap(({ name, kind, group, lanes = [], retries }) =>
    kind === 'stage' ? [{ name, group, lanes: lanes.map(({ topic }) => topic), retries }] : [],
  );
  expect(listed).toEqual(expected);
});

test('the classes are the folders of schemas/classes', () => {
  expect(list.classes).toEqual(sorted(readdirSync(join(root, 'schemas/classes'))));
});

test('no secret is a setting, and nothing that looks like one', () => {
  for (const { name, settings, secrets } of list.programs) {
    const both = settings.filter((setting) => secrets.includes(setting));
    const suspicious = settings.filter((setting) =>
      /PASSWORD|SECRET(?!S_DIR)|PRIVATE|TOKEN(?!_URL)|ACCESS_KEY/.test(setting),
    );
    expect({ name, both, suspicious }).toEqual({ name, both: [], suspicious: [] });
  }
});
