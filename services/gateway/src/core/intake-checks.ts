import type { StageName } from '@docfleet/domain';
import type { RequestFault } from './problem.ts';
import { workStages } from './work-stages.ts';

/** What the fleet must have before a batch is taken. */
export interface IntakeLimits {
  /** Memory that must be free for this process, in bytes; 0: not checked. */
  readonly minFreeMemoryBytes: number;
  /** Space that must be free in the folder for uploads, in bytes; 0: not checked. */
  readonly minFreeDiskBytes: number;
  /** Whether each stage needs a process that reports. */
  readonly needsWorkers: boolean;
  /** Stages that may have no process, because they are started when work waits for them. */
  readonly stagesFromZero: readonly StageName[];
}

/** What was found. */
export interface IntakeFacts {
  readonly freeMemoryBytes: number;
  readonly freeDiskBytes: number;
  readonly brokerAnswers: boolean;
  readonly storeAnswers: boolean;
  /** Services of the processes that report; undefined: the reports were not read yet. */
  readonly services: readonly string[] | undefined;
}

/** Why no batch is taken now, one fault for each reason; empty: it is. The cache is never a reason. */
export function intakeFaults(limits: IntakeLimits, facts: IntakeFacts): readonly RequestFault[] {
  return [
    ...shortOf('memory', limits.minFreeMemoryBytes, facts.freeMemoryBytes),
    ...shortOf('disk', limits.minFreeDiskBytes, facts.freeDiskBytes),
    ...(facts.brokerAnswers ? [] : [{ path: 'broker', message: 'the message broker does not answer' }]),
    ...(facts.storeAnswers ? [] : [{ path: 'store', message: 'the object store does not answer' }]),
    ...(limits.needsWorkers ? workerFaults(limits.stagesFromZero, facts.services) : []),
  ];
}

function shortOf(path: string, needed: number, free: number): readonly RequestFault[] {
  if (free >= needed) return [];
  return [{ path, message: `${String(free)} bytes are free, and ${String(needed)} are needed` }];
}

function workerFaults(
  fromZero: readonly StageName[],
  services: readonly string[] | undefined,
): readonly RequestFault[] {
  if (services === undefined) {
    return [{ path: 'workers', message: 'the reports of the processes were not read yet' }];
  }
  // Without review documents wait for it, or end without: it keeps no batch out.
  return workStages
    .filter((stage) => !fromZero.includes(stage) && !services.includes(stage))
    .map((stage) => ({ path: 'workers', message: `no process of ${stage} reports` }));
}
