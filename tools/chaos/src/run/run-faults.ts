import { seededRandom } from '@docfleet/samples';
import type { Arguments } from '../arguments.ts';
import { judge } from '../check/judge.ts';
import { leftoversOf } from '../check/leftovers.ts';
import { readFacts } from '../check/read-facts.ts';
import { planFaults, type PlannedFault } from '../plan/faults.ts';
import { planSubmissions, type SubmissionPlan } from '../plan/submissions.ts';
import { begunAgainOf, pagesAgainOf, type Report } from '../report.ts';
import { openRig } from '../world/rig.ts';
import type { RunOptions } from './run-options.ts';
import { WebhookReceiver } from '../world/webhook-receiver.ts';
import { Session, type Disturbance } from './session.ts';

/** Starts servers and services, submits documents under faults, waits for their ends, and judges the final state. */
export async function runFaults(given: Arguments, options: RunOptions): Promise<Report> {
  const { seed, documents, kills, brokers } = given;
  const { progress, realFolder } = options;
  const plan = await planSubmissions(seededRandom(seed), { documents, seed, realFolder });
  if (plan.real === 0 && documents >= 20) {
    progress.note(`NO REAL DOCUMENTS: ${realFolder} has no usable files; only generated ones are sent`);
  }
  const faults = planFaults(seededRandom(seed + 1), { kills, brokers });
  progress.note(`seed ${seed}: ${documents} documents (${plan.real} real), ${faults.length} faults`);
  return runPlan({ given, options, plan, faults });
}

/** Executes a plan on an empty fleet. */
export async function runPlan(parts: {
  readonly given: Arguments;
  readonly options: RunOptions;
  readonly plan: SubmissionPlan;
  readonly faults: readonly PlannedFault[];
  readonly disturb?: Disturbance;
}): Promise<Report> {
  const { given, options, plan } = parts;
  const { layout, progress } = options;
  const { seed, documents, kills, brokers } = given;
  const startedAt = performance.now();
  const rig = await openRig({ ...options, brokers, review: 'always' });
  options.onRig(rig);
  const counting = new AbortController();
  const receiver = await WebhookReceiver.open(seededRandom(seed + 4));
  try {
    const session = new Session({ ...parts, rig, receiver, counting: counting.signal });
    await session.startServices();
    await session.playAll(parts.disturb);
    const lag = await session.settle();
    await progress.step('stopping services', () => rig.members.stopAll());
    counting.abort();
    const expected = session.expected();
    const facts = await progress.step('reading topics, database and store', () =>
      readFacts({ endpoints: rig.direct, expected, lag, group: `checker-${rig.mark}` }),
    );
    await progress.step('stopping servers', () => rig.stop());
    const allFacts = { ...facts, messages: receiver.arrived, leftovers: leftoversOf(rig.mark) };
    return {
      seed,
      documents,
      kills,
      real: plan.real,
      seconds: (performance.now() - startedAt) / 1000,
      facts: allFacts,
      expected,
      violations: judge(allFacts, expected),
      recoveries: session.recoveries,
      elsewhere: session.elsewhere,
      statuses: session.feed.answers.statuses,
      reviews: session.reviews,
      boundaryHits: rig.control.hits,
      pagesAgain: pagesAgainOf(rig.control.creations),
      begunAgain: begunAgainOf(rig.control.beginnings),
      logs: layout.logs,
    };
  } finally {
    counting.abort();
    receiver.close();
    await rig.stop();
  }
}
