import { parseArgs } from 'node:util';
import { degradationLevels, type DegradationLevel } from '@docfleet/contracts';
import { UsageError } from './arguments.ts';

/** What an operator wants of the fleet's level and breakers. */
export type FleetArguments =
  | { readonly kind: 'show' }
  | (FleetWish & {
      readonly by: string;
      readonly reason: string;
      /** False: say what would be done. */
      readonly yes: boolean;
    });

type FleetWish =
  | { readonly kind: 'set-level'; readonly level: DegradationLevel }
  | { readonly kind: 'release-level' }
  | { readonly kind: 'set-breaker'; readonly breaker: string; readonly state: 'open' | 'closed' }
  | { readonly kind: 'release-breaker'; readonly breaker: string };

export const fleetHelp = `  npm run operate -- fleet show                                                what stands now, and who said so
  npm run operate -- fleet level L0..L4|release --by <who> --reason <why>      say what would be done
  npm run operate -- fleet breaker <name> open|closed|release --by <who> --reason <why>
  ... --yes                                                                    do it`;

/** @throws UsageError */
export function parseFleet(argv: readonly string[]): FleetArguments {
  const { positionals, values } = parse(argv);
  const [what, ...rest] = positionals;
  if (what === 'show' && rest.length === 0) return { kind: 'show' };
  const wish = wishOf(what, rest);
  const { by, reason, yes = false } = values;
  if (by === undefined || by === '') throw new UsageError('--by names who gives the order');
  if (reason === undefined || reason === '') throw new UsageError('--reason says why');
  return { ...wish, by, reason, yes };
}

function wishOf(what: string | undefined, rest: readonly string[]): FleetWish {
  const [first = '', second = ''] = rest;
  if (what === 'level' && rest.length === 1) {
    if (first === 'release') return { kind: 'release-level' };
    const level = degradationLevels.find((each) => each === first);
    if (level !== undefined) return { kind: 'set-level', level };
    throw new UsageError(`a level is one of ${degradationLevels.join(', ')} or release, not ${first}`);
  }
  if (what === 'breaker' && rest.length === 2 && /^[a-z][a-z-]*$/.test(first)) {
    if (second === 'release') return { kind: 'release-breaker', breaker: first };
    if (second === 'open' || second === 'closed')
      return { kind: 'set-breaker', breaker: first, state: second };
  }
  throw new UsageError('fleet does show, level <level>, or breaker <name> open|closed|release');
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: { by: { type: 'string' }, reason: { type: 'string' }, yes: { type: 'boolean' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
