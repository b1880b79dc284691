import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  controlRates,
  initialRates,
  multiplierBounds,
  nextMultiplier,
  type Backlog,
} from './control-rate.ts';
import { intakePresetNames, intakePresets } from './presets.ts';

const preset = fc.constantFrom(...intakePresetNames).map((name) => intakePresets[name]);
const fill = fc.double({ min: 0, max: 100, noNaN: true });
const within = fc.double({ min: multiplierBounds.least, max: multiplierBounds.most, noNaN: true });

describe('M-20: the multiplier of a rate', () => {
  it('stays within 20 and 200 %', () => {
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 50 }), preset, (fills, each) => {
        let multiplier = 1;
        for (const next of fills) {
          multiplier = nextMultiplier(multiplier, next, each);
          expect(multiplier).toBeGreaterThanOrEqual(0.2);
          expect(multiplier).toBeLessThanOrEqual(2);
        }
      }),
    );
  });

  it('is the lower, the larger the backlog is', () => {
    fc.assert(
      fc.property(within, fill, fill, preset, (multiplier, one, other, each) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        expect(nextMultiplier(multiplier, more, each)).toBeLessThanOrEqual(
          nextMultiplier(multiplier, less, each),
        );
      }),
    );
  });

  it('is cut to 30, 50 or 60 % by preset above 80 %, and raised by 20 % below 30 %', () => {
    const cut = intakePresetNames.map((name) => nextMultiplier(1, 0.81, intakePresets[name]));
    expect(cut).toEqual([0.3, 0.5, 0.6]);
    expect(nextMultiplier(1, 0.29, intakePresets.balanced)).toBe(1.2);
    expect([0.3, 0.5, 0.8].map((each) => nextMultiplier(1, each, intakePresets.balanced))).toEqual([1, 1, 1]);
  });
});

describe('M-20: the rates of a fleet', () => {
  const decide = (backlog: Partial<Backlog>, rates = initialRates) =>
    controlRates(
      rates,
      { seconds: 0, secondsBehindIntake: 0, openByTenant: new Map(), ...backlog },
      {
        at: 5,
        targetSeconds: 100,
        fleetPreset: intakePresets.aggressive,
        presetOf: () => intakePresets.balanced,
      },
    );

  it('cut the tenant whose backlog it is before the fleet, and nobody else', () => {
    const rates = decide({
      seconds: 60,
      secondsBehindIntake: 30,
      openByTenant: new Map([
        ['flood', 95],
        ['small', 5],
      ]),
    });
    expect(rates).toEqual({
      at: 5,
      fleet: 1,
      tenants: { flood: 0.5, small: 1.2 },
      fill: 0.6,
      fillBehindIntake: 0.3,
    });
  });

  it('cut the fleet when it has more than it can do, whoever it comes from', () => {
    const openByTenant = new Map([
      ['one', 50],
      ['two', 50],
    ]);
    expect(decide({ seconds: 90, openByTenant })).toMatchObject({
      fleet: 0.6,
      tenants: { one: 0.5, two: 0.5 },
    });
  });

  it('forget a tenant that is idle once it is not cut any more', () => {
    const cut = { ...initialRates, tenants: { flood: 0.5 } };
    const once = decide({}, cut);
    expect(once.tenants).toEqual({ flood: 0.6 });
    let rates = once;
    for (let step = 0; step < 3; step += 1) rates = decide({}, rates);
    expect(rates.tenants).toEqual({});
  });

  it('take any name of a tenant', () => {
    expect(decide({ seconds: 90, openByTenant: new Map([['constructor', 1]]) }).tenants).toEqual({
      constructor: 0.5,
    });
  });
});
