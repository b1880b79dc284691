import { commands, usageError } from '@docfleet/command-line';
import { degradationLevels } from '@docfleet/contracts';
import { lanes, stageNames, type Lane, type StageName } from '@docfleet/domain';
import type { FleetOrder } from '@docfleet/fleet-level';
import { secondsOf } from '../duration.ts';

/** An order to the fleet. */
export interface OrderArguments {
  readonly order: Exclude<FleetOrder, { kind: 'models' }>;
  readonly reason: string;
  /** Who gives it; needed where no API key says so. */
  readonly by: string | undefined;
  /** Undefined: until it is released. */
  readonly forSeconds: number | undefined;
  /** Written to the topic itself instead of by the API. */
  readonly direct: boolean;
  /** False: print what would be done. */
  readonly yes: boolean;
}

export interface OrderOptions {
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  readonly for?: string | undefined;
  readonly direct: boolean;
  readonly yes: boolean;
}

/** Reads a call of `fleet level`, `fleet breaker`, `pause`, `resume`, `drain` or `undrain`. @throws UsageError */
export function parseOrder(operands: readonly string[], options: OrderOptions): OrderArguments {
  const order = orderOf(operands);
  const { by, reason, direct, yes } = options;
  if (reason === undefined)
    throw usageError(commands.operate, '--reason is missing: it says why the order is given');
  if (direct && by === undefined)
    throw usageError(commands.operate, '--by is missing: with --direct it names who gives the order');
  const forSeconds = options.for === undefined ? undefined : secondsOf('for', options.for);
  if (forSeconds === 0) throw usageError(commands.operate, '--for takes a time above 0m');
  return { order, reason, by, forSeconds, direct, yes };
}

function orderOf([command, first, second, ...more]: readonly string[]): OrderArguments['order'] {
  const isShort = more.length === 0;
  if (command === 'fleet' && first === 'level' && isShort) return levelOrder(second ?? 'nothing');
  if (command === 'fleet' && first === 'breaker') return breakerOrder(second ?? '', more);
  if ((command === 'pause' || command === 'resume') && isShort)
    return {
      kind: 'pause',
      stage: stageOf(first),
      lane: laneOf(second),
      paused: command === 'pause',
    };
  if ((command === 'drain' || command === 'undrain') && second === undefined && isProcess(first))
    return { kind: 'drain', process: first, drained: command === 'drain' };
  throw usageError(
    commands.operate,
    command === 'fleet'
      ? 'fleet does show, level <level>, or breaker <name> open|closed|release'
      : `${command ?? ''} takes ${command === 'pause' || command === 'resume' ? 'a stage and, at most, a lane' : 'the name of one process, as lag --processes shows it'}`,
  );
}

function levelOrder(text: string): OrderArguments['order'] {
  if (text === 'release') return { kind: 'level', level: null };
  const level = degradationLevels.find((each) => each === text);
  if (level !== undefined) return { kind: 'level', level };
  throw usageError(
    commands.operate,
    `a level is one of ${degradationLevels.join(', ')} or release, not ${text}`,
  );
}

function breakerOrder(breaker: string, [state, ...more]: readonly string[]): OrderArguments['order'] {
  const isKnown = state === 'open' || state === 'closed' || state === 'release';
  if (isKnown && more.length === 0 && /^[a-z][a-z-]*$/.test(breaker))
    return { kind: 'breaker', breaker, state: state === 'release' ? null : state };
  throw usageError(commands.operate, 'fleet breaker takes a name and open, closed or release');
}

function isProcess(text: string | undefined): text is string {
  return text !== undefined && /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(text);
}

/** @throws UsageError */
export function stageOf(text: string | undefined): StageName {
  const stage = stageNames.find((each) => each === text);
  if (stage !== undefined) return stage;
  throw usageError(commands.operate, `a stage is one of ${stageNames.join(', ')}, not ${text ?? 'missing'}`);
}

function laneOf(text: string | undefined): Lane | null {
  if (text === undefined) return null;
  const lane = lanes.find((each) => each === text);
  if (lane !== undefined) return lane;
  throw usageError(commands.operate, `a lane is one of ${lanes.join(', ')}, not ${text}`);
}
