import { commands, usageError } from '@docfleet/command-line';
import { degradationLevels, type DegradationLevel } from '@docfleet/contracts';

/** What an operator wants of the fleet's level and breakers. */
export type FleetArguments =
  | { readonly kind: 'show' }
  | (FleetWish & {
      readonly by: string;
      readonly reason: string;
      /** False: print what would be done. */
      readonly yes: boolean;
    });

type FleetWish =
  | { readonly kind: 'set-level'; readonly level: DegradationLevel }
  | { readonly kind: 'release-level' }
  | { readonly kind: 'set-breaker'; readonly breaker: string; readonly state: 'open' | 'closed' }
  | { readonly kind: 'release-breaker'; readonly breaker: string };

export interface OrderOptions {
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  readonly yes: boolean;
}

/** Reads what follows `fleet`. @throws UsageError */
export function parseFleet(operands: readonly string[], { by, reason, yes }: OrderOptions): FleetArguments {
  const [what, ...rest] = operands;
  if (what === 'show' && rest.length === 0) return { kind: 'show' };
  const wish = wishOf(what, rest);
  if (by === undefined) throw usageError(commands.operate, '--by is missing: it names who gives the order');
  if (reason === undefined)
    throw usageError(commands.operate, '--reason is missing: it says why the order is given');
  return { ...wish, by, reason, yes };
}

function wishOf(what: string | undefined, rest: readonly string[]): FleetWish {
  const [first = '', second = ''] = rest;
  if (what === 'level' && rest.length === 1) {
    if (first === 'release') return { kind: 'release-level' };
    const level = degradationLevels.find((each) => each === first);
    if (level !== undefined) return { kind: 'set-level', level };
    throw usageError(
      commands.operate,
      `a level is one of ${degradationLevels.join(', ')} or release, not ${first}`,
    );
  }
  if (what === 'breaker' && rest.length === 2 && /^[a-z][a-z-]*$/.test(first)) {
    if (second === 'release') return { kind: 'release-breaker', breaker: first };
    if (second === 'open' || second === 'closed')
      return { kind: 'set-breaker', breaker: first, state: second };
  }
  throw usageError(commands.operate, 'fleet does show, level <level>, or breaker <name> open|closed|release');
}
