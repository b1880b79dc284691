import { describe, expect, it } from 'vitest';
import { serviceNames } from './names.ts';
import { poolsOf, programsOf } from './programs.ts';

const ports = Object.fromEntries(serviceNames.map((name, index) => [name, index + 1])) as Record<
  (typeof serviceNames)[number],
  number
>;

describe('M-21: programsOf', () => {
  it('is one process a service without pools', () => {
    const programs = programsOf({ services: serviceNames, ports, pools: [], poolPorts: [] });
    expect(programs.map(({ name }) => name)).toEqual([...serviceNames]);
    expect(programs.every(({ environment }) => Object.keys(environment).length === 0)).toBe(true);
  });

  it('adds a process of extraction for each pool, which knows its pool', () => {
    const pools = poolsOf({ EXTRACTION_POOLS: 'bank=invoice;forms=letter' });
    const programs = programsOf({
      services: ['extraction', 'validation'],
      ports,
      pools,
      poolPorts: [91, 92],
    });
    expect(programs.map(({ name, port, environment }) => [name, port, environment])).toEqual([
      ['extraction', ports.extraction, {}],
      ['extraction-bank', 91, { EXTRACTION_POOL: 'bank' }],
      ['extraction-forms', 92, { EXTRACTION_POOL: 'forms' }],
      ['validation', ports.validation, {}],
    ]);
  });
});

it('M-21: refuses pools of the environment that make no sense, with a sentence', () => {
  expect(() => poolsOf({ EXTRACTION_POOLS: 'bank=invoise' })).toThrow(
    /EXTRACTION_POOLS is not valid: .*names invoise; there are .*invoice/,
  );
});
