import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '@docfleet/samples';
import { anyFreePorts, serviceNames, waitUntil, type ServiceName } from '@docfleet/stack';
import type { Arguments } from '../arguments.ts';
import type { Violation } from '../check/violation.ts';
import { plainSubmissions } from '../plan/submissions.ts';
import type { Report } from '../report.ts';
import type { Rig } from '../world/rig.ts';
import { isReady } from './observe.ts';
import { runPlan } from './run-faults.ts';
import type { RunOptions } from './run-options.ts';

const documents = 200;

/** Time limit for a member to be ready, in milliseconds. */
const readyMs = 60_000;

/** Replaces every service while short documents run, as a deployment does; no document may start twice. */
export async function runRestart(given: Arguments, options: RunOptions): Promise<Report> {
  const report = await runPlan({
    given: { ...given, documents, kills: 0 },
    options,
    plan: plainSubmissions(seededRandom(given.seed), documents, given.seed),
    faults: [],
    disturb: async (rig) => {
      for (const service of serviceNames) {
        await options.progress.step(`replacing ${service}`, () => replace(rig, service));
      }
    },
  });
  const redelivered = Object.entries(report.begunAgain).map(([stage, times]): Violation => {
    return { kind: 'redelivered', runId: null, detail: `${stage} started ${times} documents again` };
  });
  return { ...report, violations: [...report.violations, ...redelivered] };
}

/** The new member starts before the old one stops; the gateway has a fixed address and is restarted. */
async function replace(rig: Rig, service: ServiceName): Promise<void> {
  const { members } = rig;
  if (service === 'gateway') {
    await members.stop(service);
    await members.start({ name: service, service, port: rig.ports.gateway });
  } else {
    const [port = 0] = await anyFreePorts(1);
    const next = await members.start({ name: `${service}-2`, service, port });
    await waitUntil(() => isReady(next), readyMs);
    // Both run for a moment.
    await pause(1_000);
    await members.stop(service);
  }
  await waitUntil(async () => (await Promise.all(members.of(service).map(isReady))).every(Boolean), readyMs);
}
