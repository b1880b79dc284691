import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parsePolicy } from '../src/policy.ts';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, '.docfleet/servers/kafka-4.3.1/lib');
const isFetched = existsSync(folder);
if (!isFetched)
  process.stdout.write(`${folder} is not there: the licences of the broker's jars are not compared.\n`);

test.skipIf(!isFetched)('every jar that Maven brings for the broker is listed with its licence', () => {
  const policy = parsePolicy(readFileSync(join(root, 'tools/licences/components.yaml'), 'utf8'));
  const listed = policy.jars.map(({ name, version }) => `${name.split(':')[1] ?? name}-${version}.jar`);
  expect(listed).toEqual(expect.arrayContaining(readdirSync(folder)));
});
