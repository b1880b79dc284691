import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelFiles } from '@docfleet/models';
import { expect, test } from 'vitest';
import { findProblems } from './find-problems.ts';
import { npmPackages } from './npm-packages.ts';
import { listedComponents, parsePolicy } from './policy.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const policy = parsePolicy(read('tools/licences/components.yaml'));

const named = (components: readonly { readonly name: string; readonly version: string }[]): string[] =>
  components.map(({ name, version }) => `${name} ${version}`).sort();

/** Groups of every match, joined by a space: `name version`. */
const matchesIn = (path: string, pattern: RegExp): string[] =>
  [...read(path).matchAll(pattern)].map((match) => match.slice(1).join(' ')).sort();

test('every licence of the repository is allowed', () => {
  const packages = npmPackages(read('package-lock.json'), policy.unstated);
  expect(packages.length).toBeGreaterThan(500);
  expect(findProblems([...packages, ...listedComponents(policy)], policy)).toEqual([]);
});

test('the wheels are those that the local stack and the models are taken from', () => {
  const servers = matchesIn('tools/stack/resources/wheels.txt', /^([\w-]+)==(\S+)/gm);
  const models = modelFiles.map(({ wheel }) => `${wheel.project} ${wheel.version}`);
  expect(named(policy.wheels)).toEqual([...new Set([...servers, ...models])].sort());
});

test('the licences of model wheels are those of the catalogue', () => {
  for (const { wheel } of modelFiles) {
    const { project: name, version, licence } = wheel;
    expect(policy.wheels).toContainEqual({ name, version, licence });
  }
});

test('the jars contain what the pom asks for, and the registry', () => {
  const asked = matchesIn(
    'tools/stack/resources/kafka/pom.xml',
    /<dependency>\s*<groupId>(.+)<\/groupId>\s*<artifactId>(.+)<\/artifactId>\s*<version>(.+)<\/version>/g,
  ).map((each) => each.replace(' ', ':'));
  expect(asked).toHaveLength(2);
  const version =
    /const version = '(.+)'/.exec(read('tools/stack/src/servers/registry.ts'))?.[1] ?? 'not found';
  expect(named(policy.jars)).toEqual(
    expect.arrayContaining([...asked, `io.apicurio:apicurio-registry-app ${version}`]),
  );
});

test('the images are those that the local stack and compose start, and that ours are built from', () => {
  const started = [
    ...matchesIn('tools/stack/src/servers/containers-provider.ts', /'([a-z/-]+):(\d[\w.]*)'/g),
    ...matchesIn('compose.yaml', /^ {4}image: ((?!docfleet\/)[^:\n]+):(\S+)$/gm),
    ...matchesIn('Dockerfile', /^FROM ([^:\s]+):(\S+) AS /gm),
  ];
  expect(named(policy.images)).toEqual([...new Set(started)].sort());
});

test('system packages are those that the local stack asks for', () => {
  const lists = matchesIn('tools/stack/src/provision/prerequisites.ts', /debianPackages: \[(.+)\]/g);
  const asked = lists.flatMap((list) => list.split(/[', ]+/).filter((word) => word !== ''));
  expect(policy.system.map(({ name }) => name).sort()).toEqual(asked.sort());
});
