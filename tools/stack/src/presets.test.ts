import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { programEnvironment } from './child-environment.ts';
import { serviceNames } from './names.ts';
import { presetNames, presets } from './presets.ts';

const root = resolve(import.meta.dirname, '../../..');

it.each(presetNames)(
  'O-08: the guide has the settings of the preset %s, and a service reads each of them',
  async (name) => {
    const row = readFileSync(join(root, 'docs/tuning.md'), 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`| \`${name}\``));
    const listed = [...(row ?? '').matchAll(/`([A-Z_]+)=(\w+)`/g)].map(([, key, value]) => [key, value]);
    expect(listed).toEqual(Object.entries(presets[name]));
    const read = await Promise.all(
      serviceNames.map((service) => programEnvironment(root, `services/${service}`, presets[name])),
    );
    expect([...new Set(read.flatMap(Object.keys))].sort()).toEqual(Object.keys(presets[name]).sort());
  },
);
