import { stageNames } from '@docfleet/domain';
import { checkEndings, checkRevisions } from './check/endings.ts';
import { gather, inputsOf } from './check/evidence.ts';
import { checkRuns } from './check/runs.ts';
import { checkSteps } from './check/steps.ts';
import type { Plan } from './plan/plan.ts';
import { heal, strike } from './world/faults.ts';
import { Fleet } from './world/fleet.ts';
import { Gateway } from './world/gateway.ts';
import { Ledger } from './world/ledger.ts';
import { Operator } from './world/operator.ts';
import { createWorld, type World } from './world/world.ts';

/** What a schedule came to. */
export interface ScheduleResult {
  readonly seed: number;
  /** Timers that ran. */
  readonly steps: number;
  readonly violations: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
  /** What happened, when it was asked for. */
  readonly lines: readonly string[];
}

/** How often it is looked whether all has ended, and time after which what has not is stuck; milliseconds. */
const lookEveryMs = 30_000;
const stuckAfterMs = 5 * 3_600_000;

interface Parts {
  readonly world: World;
  readonly fleet: Fleet;
  readonly gateway: Gateway;
  readonly ledger: Ledger;
  readonly operator: Operator;
}

/** Plays one schedule from beginning to end and checks it from outside. */
export async function runSchedule(
  plan: Plan,
  options: { readonly verbose: boolean },
): Promise<ScheduleResult> {
  const world = createWorld(plan, options);
  // What no code of the product handles would end its process.
  const onEscaped = (error: unknown): void => {
    world.history.violate(`an error was not handled: ${String(error)}`);
  };
  process.on('unhandledRejection', onEscaped);
  try {
    return await playAndCheck(world, plan);
  } finally {
    process.off('unhandledRejection', onEscaped);
  }
}

async function playAndCheck(world: World, plan: Plan): Promise<ScheduleResult> {
  const fleet = new Fleet(world);
  const gateway = new Gateway(world, fleet.watch);
  const parts: Parts = {
    world,
    fleet,
    gateway,
    ledger: new Ledger(world),
    operator: new Operator(world),
  };
  fleet.startAll();
  parts.ledger.start();
  arrange(parts);
  await play(parts);
  await check(parts);
  const { history, clock } = world;
  return {
    seed: plan.seed,
    steps: clock.steps,
    violations: history.violations,
    counts: history.counts,
    lines: history.lines,
  };
}

/** Sets everything that the plan has on the clock. */
function arrange(parts: Parts): void {
  const { world, gateway } = parts;
  const { plan, clock } = world;
  for (const document of plan.documents) {
    clock.after(document.submittedAtMs, () => void gateway.submit(document));
    for (const repeat of document.repeats)
      clock.after(repeat.atMs, () => void gateway.submit(document, repeat.lane));
    if (document.conflictAtMs !== null)
      clock.after(document.conflictAtMs, () => void gateway.submitConflict(document));
  }
  for (const fault of plan.faults)
    clock.after(fault.atMs, () => {
      strike(parts, fault);
    });
  clock.after(plan.healedAtMs, () => {
    heal(parts);
  });
}

async function play(parts: Parts): Promise<void> {
  const { world } = parts;
  const { clock, plan, history } = world;
  let hasSettled = false;
  const look = (): void => {
    void hasEnded(parts).then((ended) => {
      hasSettled = ended;
      if (!ended) clock.after(lookEveryMs, look);
    });
  };
  clock.after(plan.healedAtMs + lookEveryMs, look);
  try {
    await clock.runUntil(() => hasSettled, stuckAfterMs);
  } catch (error) {
    history.violate(`stuck: ${whatIsLeft(parts).join('; ')} (${String(error)})`);
  }
}

/** Revisions that must end: claimed, cancelled, or made by a redrive. */
function expectedOf({ world, gateway, operator }: Parts): ReadonlySet<string> {
  const claimed = world.objects.keys('claims/').map((key) => `${key.slice('claims/'.length)} r1`);
  return new Set([...claimed, ...gateway.cancelled, ...operator.redriven]);
}

async function hasEnded(parts: Parts): Promise<boolean> {
  const { ledger, operator, world } = parts;
  for (const key of expectedOf(parts)) if (!ledger.isPublished(key)) return false;
  if (behind(world).length > 0) return false;
  return !world.plan.redrives || (await operator.redriveAll());
}

/** Partitions whose group has not come to their end. */
function behind(world: World): readonly string[] {
  return stageNames
    .flatMap((stage) => inputsOf(world, stage))
    .filter(({ committed, end }) => committed !== end)
    .map(
      ({ stage, name, committed, end }) => `${stage} is at ${String(committed)} of ${String(end)} in ${name}`,
    );
}

function whatIsLeft(parts: Parts): readonly string[] {
  const unpublished = [...expectedOf(parts)].filter((key) => !parts.ledger.isPublished(key));
  return [...unpublished.map((key) => `${key} has not ended`), ...behind(parts.world)];
}

async function check(parts: Parts): Promise<void> {
  const { world } = parts;
  const evidence = await gather(world);
  const expected = expectedOf(parts);
  checkEndings(world, evidence, expected);
  checkRevisions(world, evidence);
  checkSteps(world, evidence);
  checkRuns(world, evidence);
  world.history.count('runs accepted', expected.size);
  for (const terminals of evidence.terminals.values())
    for (const { value } of terminals) world.history.count(`ended ${value.status}`);
}
