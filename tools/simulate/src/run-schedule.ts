import { stageNames } from '@docfleet/domain';
import { checkEndings, checkRevisions } from './check/endings.ts';
import { gather, inputsOf } from './check/evidence.ts';
import { checkReviews } from './check/reviews.ts';
import { checkRuns } from './check/runs.ts';
import { checkSteps } from './check/steps.ts';
import type { Plan } from './plan/plan.ts';
import { endFaults, injectFault } from './world/faults.ts';
import { Fleet } from './world/fleet.ts';
import { Gateway } from './world/gateway.ts';
import { Ledger } from './world/ledger.ts';
import { Operator } from './world/operator.ts';
import { Reviewers } from './world/reviewers.ts';
import { deployPools } from './world/pools.ts';
import { createWorld, type World } from './world/world.ts';

/** Result of a schedule. */
export interface ScheduleResult {
  readonly seed: number;
  /** Number of timers that ran. */
  readonly steps: number;
  readonly violations: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
  /** The history, if `verbose`. */
  readonly lines: readonly string[];
}

/** Interval of checks whether all runs have ended, and time after which a schedule counts as stuck, in milliseconds. */
const checkEveryMs = 30_000;
const stuckAfterMs = 5 * 3_600_000;

interface Parts {
  readonly world: World;
  readonly fleet: Fleet;
  readonly gateway: Gateway;
  readonly ledger: Ledger;
  readonly operator: Operator;
  readonly reviewers: Reviewers;
}

/** Plays one schedule and checks its final state. */
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
  const gateway = new Gateway(world, fleet.monitor);
  const parts: Parts = {
    world,
    fleet,
    gateway,
    ledger: new Ledger(world),
    operator: new Operator(world),
    reviewers: new Reviewers(world),
  };
  fleet.startAll();
  parts.ledger.start();
  parts.reviewers.start();
  schedulePlan(parts);
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

/** Schedules all submissions and faults of the plan. */
function schedulePlan(parts: Parts): void {
  const { world, gateway } = parts;
  const { plan, clock } = world;
  for (const document of plan.documents) {
    clock.after(document.submittedAtMs, () => void gateway.submit(document));
    for (const repeat of document.repeats)
      clock.after(repeat.atMs, () => void gateway.submit(document, repeat.lane));
    if (document.conflictAtMs !== null)
      clock.after(document.conflictAtMs, () => void gateway.submitConflict(document));
  }
  for (const pools of plan.pools)
    clock.after(pools.atMs, () => {
      deployPools(parts, pools);
    });
  for (const fault of plan.faults)
    clock.after(fault.atMs, () => {
      injectFault(parts, fault);
    });
  clock.after(plan.faultsEndAtMs, () => {
    endFaults(parts);
  });
}

async function play(parts: Parts): Promise<void> {
  const { world } = parts;
  const { clock, plan, history } = world;
  let hasSettled = false;
  const checkEnded = (): void => {
    void hasEnded(parts).then((ended) => {
      hasSettled = ended;
      if (!ended) clock.after(checkEveryMs, checkEnded);
    });
  };
  clock.after(plan.faultsEndAtMs + checkEveryMs, checkEnded);
  try {
    await clock.runUntil(() => hasSettled, stuckAfterMs);
  } catch (error) {
    history.violate(`stuck: ${describeUnfinished(parts).join('; ')} (${String(error)})`);
  }
}

/** Revisions that must end: claimed, cancelled, or created by a redrive. */
function expectedOf({ world, gateway, operator }: Parts): ReadonlySet<string> {
  const claimed = world.objects.keys('claims/').map((key) => `${key.slice('claims/'.length)} r1`);
  return new Set([...claimed, ...gateway.cancelled, ...operator.redriven]);
}

async function hasEnded(parts: Parts): Promise<boolean> {
  const { ledger, operator, world } = parts;
  for (const key of expectedOf(parts)) if (!ledger.isPublished(key)) return false;
  if (!parts.reviewers.isIdle || laggingPartitions(world).length > 0) return false;
  return !world.plan.redrives || (await operator.redriveAll());
}

/** Partitions with a lag. */
function laggingPartitions(world: World): readonly string[] {
  return stageNames
    .flatMap((stage) => inputsOf(world, stage))
    .filter(({ committed, end }) => committed !== end)
    .map(
      ({ stage, name, committed, end }) => `${stage} is at ${String(committed)} of ${String(end)} in ${name}`,
    );
}

function describeUnfinished(parts: Parts): readonly string[] {
  const unpublished = [...expectedOf(parts)].filter((key) => !parts.ledger.isPublished(key));
  return [...unpublished.map((key) => `${key} has not ended`), ...laggingPartitions(parts.world)];
}

async function check(parts: Parts): Promise<void> {
  const { world } = parts;
  const evidence = await gather(world);
  const expected = expectedOf(parts);
  checkEndings(world, evidence, expected);
  checkRevisions(world, evidence);
  checkSteps(world, evidence);
  checkRuns(world, evidence);
  await checkReviews(world, evidence);
  world.history.count('runs accepted', expected.size);
  for (const terminals of evidence.terminals.values())
    for (const { value } of terminals) world.history.count(`ended ${value.status}`);
}
