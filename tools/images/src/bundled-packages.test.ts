import { expect, test } from 'vitest';
import { bundledPackages } from './bundled-packages.ts';
import { billOfMaterials } from './sbom.ts';

const licences = [
  '# Licenses',
  '## @internationalized/number - 3.6.9 (Apache-2.0)',
  'Text of a licence.',
  '## react - 19.3.1 (MIT)',
  '## odd - 1.0.0',
  '## both - 2.0.0 ((MIT OR Apache-2.0))',
].join('\n\n');

test('the packages in the scripts of the console are in the bill of materials', () => {
  const packages = bundledPackages(licences);
  expect(packages).toEqual([
    { name: '@internationalized/number', version: '3.6.9', license: 'Apache-2.0' },
    { name: 'react', version: '19.3.1', license: 'MIT' },
    { name: 'odd', version: '1.0.0' },
    { name: 'both', version: '2.0.0', license: '(MIT OR Apache-2.0)' },
  ]);
  const bill = billOfMaterials({ image: 'gateway', version: '1', packages, models: [] });
  expect(bill).toContain('pkg:npm/react@19.3.1');
  expect(bill).toContain('Apache-2.0');
});
