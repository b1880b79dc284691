import { beforeAll, describe, expect, it } from 'vitest';
import { controlRates, initialRates, multiplierOf, type IntakeRates } from './control-rate.ts';
import { LocalBuckets } from './local-buckets.ts';
import { intakePresets } from './presets.ts';

/*
 * A day of a fleet that does 20 documents a second, on a clock of its own: an office by day, a small tenant all the time, and
 * one that sends 100 a second from ten to eleven. The fleet serves tenants in turns, as its scheduler does.
 */

const tenants = ['flood', 'office', 'small'] as const;
type Tenant = (typeof tenants)[number];

const perSecondDone = 20;
const targetSeconds = 300;
const controlEverySeconds = 5;
const hour = 3_600;

function sentAt(tenant: Tenant, second: number): number {
  switch (tenant) {
    case 'flood':
      return second >= 10 * hour && second < 11 * hour ? 100 : 0;
    case 'office': {
      // A whole number of documents in each second, 6 a second at noon on average.
      const rate = 6 * Math.max(0, Math.sin(((second / hour - 6) / 12) * Math.PI));
      return Math.floor(rate * (second + 1)) - Math.floor(rate * second);
    }
    case 'small':
      return second % 2 === 0 ? 1 : 0;
  }
}

interface Second {
  readonly sent: Readonly<Record<Tenant, number>>;
  readonly letIn: Readonly<Record<Tenant, number>>;
  readonly backlogSeconds: number;
  readonly rates: IntakeRates;
}

function each<T>(make: (tenant: Tenant) => T): Record<Tenant, T> {
  return { flood: make('flood'), office: make('office'), small: make('small') };
}

function playDay(): readonly Second[] {
  const buckets = new LocalBuckets();
  const open = each(() => 0);
  let rates = initialRates;
  const seconds: Second[] = [];
  for (let second = 0; second < 24 * hour; second += 1) {
    const sent = each((tenant) => Math.max(0, sentAt(tenant, second)));
    const letIn = each(() => 0);
    const most = Math.max(...tenants.map((tenant) => sent[tenant]));
    for (let turn = 0; turn < most; turn += 1) {
      for (const tenantId of tenants) {
        if (turn >= sent[tenantId]) continue;
        const request = {
          tenantId,
          documents: 1,
          at: second * 1000 + (turn / most) * 1000,
          rates: {
            tenant: intakePresets.balanced.perSecond * multiplierOf(rates, tenantId),
            fleet: intakePresets.aggressive.perSecond * rates.fleet,
          },
        };
        if (!buckets.take(request).granted) continue;
        letIn[tenantId] += 1;
        open[tenantId] += 1;
      }
    }
    serve(open);
    const backlogSeconds = (open.flood + open.office + open.small) / perSecondDone;
    if (second % controlEverySeconds === 0) {
      const backlog = {
        seconds: backlogSeconds,
        secondsBehindIntake: backlogSeconds,
        openByTenant: new Map(Object.entries(open)),
      };
      rates = controlRates(rates, backlog, {
        at: second * 1000,
        targetSeconds,
        fleetPreset: intakePresets.aggressive,
        presetOf: () => intakePresets.balanced,
      });
    }
    seconds.push({ sent, letIn, backlogSeconds, rates });
  }
  return seconds;
}

/** One second of work, the tenants in turns. */
function serve(open: Record<Tenant, number>): void {
  for (let left = perSecondDone; left > 0;) {
    const before = left;
    for (const tenant of tenants) {
      if (left === 0 || open[tenant] === 0) continue;
      open[tenant] -= 1;
      left -= 1;
    }
    if (left === before) return;
  }
}

function curve(day: readonly Second[]): string {
  const head = 'time   sent/s  let in/s  of them small  multiplier of the flood  of the fleet  backlog s';
  const rows: string[] = [];
  for (let from = 8 * hour; from < 14 * hour; from += hour / 6) {
    const some = day.slice(from, from + hour / 6);
    const mean = (read: (second: Second) => number): number =>
      some.reduce((sum, second) => sum + read(second), 0) / some.length;
    const all = (counts: Second['sent']): number => counts.flood + counts.office + counts.small;
    const clock = `${String(Math.floor(from / hour)).padStart(2, '0')}:${String((from % hour) / 60).padStart(2, '0')}`;
    const cells = [
      mean(({ sent }) => all(sent))
        .toFixed(1)
        .padStart(6),
      mean(({ letIn }) => all(letIn))
        .toFixed(1)
        .padStart(8),
      mean(({ letIn }) => letIn.small)
        .toFixed(2)
        .padStart(13),
      mean(({ rates }) => multiplierOf(rates, 'flood'))
        .toFixed(2)
        .padStart(23),
      mean(({ rates }) => rates.fleet)
        .toFixed(2)
        .padStart(12),
      Math.max(...some.map(({ backlogSeconds }) => backlogSeconds))
        .toFixed(0)
        .padStart(9),
    ];
    rows.push([clock, ...cells].join('  '));
  }
  return `${[head, ...rows].join('\n')}\n`;
}

describe('M-20: a day of load', () => {
  let day: readonly Second[];
  beforeAll(() => {
    day = playDay();
  });

  it('has the curve that is kept beside this test', async () => {
    await expect(curve(day)).toMatchFileSnapshot('./resources/day-of-load.txt');
  });

  it('holds the flood off: the backlog stays within its target', () => {
    expect(Math.max(...day.map(({ backlogSeconds }) => backlogSeconds))).toBeLessThanOrEqual(targetSeconds);
    const flood = day.slice(10 * hour, 11 * hour);
    const share = flood.reduce((sum, { letIn }) => sum + letIn.flood, 0) / (100 * hour);
    expect(share).toBeLessThan(0.3);
    // And not more than is needed: the fleet has work all the time.
    expect(Math.min(...flood.slice(60).map(({ backlogSeconds }) => backlogSeconds))).toBeGreaterThan(0);
  });

  it('keeps everybody else going: nothing of theirs is refused', () => {
    const refused = day.reduce(
      (sum, { sent, letIn }) => sum + sent.small - letIn.small + sent.office - letIn.office,
      0,
    );
    expect(refused).toBe(0);
  });

  it('lets the rate come back', () => {
    const after = day[12 * hour];
    expect([after?.backlogSeconds, after && multiplierOf(after.rates, 'flood'), after?.rates.fleet]).toEqual([
      0, 1, 2,
    ]);
  });
});
